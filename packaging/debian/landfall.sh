#!/bin/sh
# Landfall with the Node.js that it was tested with, whichever the system has.
exec /usr/lib/landfall/bin/node /usr/lib/landfall/node_modules/landfall/bin/landfall.mjs "$@"
