#!/bin/sh
# Makes dist/debian/landfall_VERSION_ARCHITECTURE.deb of the packages in dist/tarballs (npm run pack), with the Node.js
# that the repository pins. Needs dpkg-dev and binutils, and no root.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
out=$repository/dist/debian
tree=$out/tree
PATH=$repository/node_modules/.bin:$PATH

# Who builds a package answers for it: dpkg's own variables, or else who made the commit that it is built from.
maintainer=${DEBFULLNAME:-}${DEBEMAIL:+ <$DEBEMAIL>}
if [ -z "${DEBFULLNAME:-}" ] || [ -z "${DEBEMAIL:-}" ]; then
  maintainer=$(git -C "$repository" log -1 --format='%an <%ae>' 2> /dev/null) || {
    echo "outside of a git checkout, set DEBFULLNAME and DEBEMAIL: your name and address, for the package's Maintainer field" >&2
    exit 1
  }
fi

rm -rf "$out"
mkdir -p "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/lib/systemd/system" "$tree/usr/lib/sysusers.d" "$tree/etc/landfall" "$out/debian"
changelog=$out/debian/changelog
sed "s/@MAINTAINER@/$maintainer/" "$here/changelog" > "$changelog"
version=$(dpkg-parsechangelog -l "$changelog" -S Version)
packed=$(node -p 'require(process.argv[1]).version' "$repository/packages/cli/package.json")
if [ "${version%-*}" != "$packed" ]; then
  echo "packaging/debian/changelog is at $version, the packages are at $packed: add an entry to it" >&2
  exit 1
fi
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$changelog" -S Timestamp)
export SOURCE_DATE_EPOCH

share=$tree/usr/share
documentation=$share/doc/landfall
mkdir -p "$documentation" "$share/lintian/overrides"

# The program, with what it needs as package-lock.json has it.
node "$repository/tools/packing/install-locked.ts" "$tree/usr/lib/landfall"
mkdir "$tree/usr/lib/landfall/bin"
node=$tree/usr/lib/landfall/bin/node
cp "$repository/node_modules/node/bin/node" "$node"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$node"
install -m 0755 "$here/landfall.sh" "$tree/usr/bin/landfall"

# The service.
install -m 0644 "$here/landfall.service" "$tree/usr/lib/systemd/system/landfall.service"
install -m 0644 "$here/landfall.sysusers" "$tree/usr/lib/sysusers.d/landfall.conf"
install -m 0644 "$here/landfall.toml" "$tree/etc/landfall/landfall.toml"

# What people and shells read.
node "$repository/tools/manual/write.ts" "$share"
# Node.js repeats the Apache License for each of its parts that is under it: Debian has it once, and wants it named.
{
  cat "$here/copyright"
  sed '/^ *Apache License$/,/END OF TERMS AND CONDITIONS/c\    Apache License, version 2.0: /usr/share/common-licenses/Apache-2.0' \
    "$repository"/node_modules/node/node_modules/node-linux-*/LICENSE
} > "$documentation/copyright"
cp "$changelog" "$documentation/changelog.Debian"
cp "$repository/CHANGELOG.md" "$documentation/changelog"
node "$repository/tools/manual/installed-pages.ts" "$documentation"
cp "$here/lintian-overrides" "$share/lintian/overrides/landfall"
gzip -9n "$documentation/changelog" "$documentation/changelog.Debian" "$share"/man/man1/*.1
chmod -R u=rwX,go=rX "$tree"

# What dpkg is told of it.
printf 'Source: landfall\n\nPackage: landfall\nArchitecture: any\n' > "$out/debian/control"
libraries=$(cd "$out" && dpkg-shlibdeps -O -e"$node" 2> /dev/null | sed -n 's/^shlibs:Depends=//p')
architecture=$(dpkg --print-architecture)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$libraries/" \
  -e "s/@MAINTAINER@/$maintainer/" -e "s/@SIZE@/$(du -k -s --apparent-size --exclude=DEBIAN "$tree" | cut -f1)/" "$here/control" > "$tree/DEBIAN/control"
install -m 0644 "$here/conffiles" "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 0755 "$here/$script" "$tree/DEBIAN/$script"; done
(cd "$tree" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)

dpkg-deb --root-owner-group -Zxz "-z${LANDFALL_XZ_LEVEL:-6}" --build "$tree" "$out/landfall_${version}_$architecture.deb" > /dev/null
rm -r "$tree" "$out/debian"
echo "$out/landfall_${version}_$architecture.deb"
