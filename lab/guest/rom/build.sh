#!/bin/sh
# build.sh FOLDER OUT: makes the 64 KiB firmware OUT from the sources in FOLDER, with gcc and binutils.
set -eu
cd "$1"
offset=$(sed -n 's/^BOOT_OFF = \(.*\);/\1/p' image.ld)
objects=
for source in *.c */*.c; do
  # General registers only: the FPU's and SSE's belong to the check of registers.c.
  gcc -c -std=gnu17 -I. -O2 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none \
    -fno-asynchronous-unwind-tables -mno-red-zone -mgeneral-regs-only -mcmodel=small -fno-tree-loop-distribute-patterns \
    -o "$source.o" "$source"
  objects="$objects $source.o"
done
gcc -c "-Wa,--defsym,BOOT_OFF=$offset" -o boot.o boot.S
ld --no-warn-rwx-segments -m elf_x86_64 -nostdlib -z noexecstack -T image.ld -o image boot.o $objects
objcopy -O binary -j .payload -j .boot -j .reset --gap-fill 0xff image "$2"
rm -f image boot.o $objects
test "$(stat -c %s "$2")" = 65536
