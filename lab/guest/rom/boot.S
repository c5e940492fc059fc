# From the reset vector to the program at CPL 3, for the first processor and for the others.
#
# The image is a 64 KiB firmware (QEMU -bios, libvirt <loader type='rom'>). What runs at CPL 0 is interpreted by a KVM
# without VMX or SVM (PVM: half a million instructions a second), so it does only what it must and leaves the rest to the
# program, whose CPL 3 such a KVM runs on the processor itself. layout.h says where things are.

        .set    PML4, 0x30000
        .set    PDPT, 0x31000
        .set    LOW_DIRECTORY, 0x32000  # the first 16 MiB, one to one
        .set    HIGH_DIRECTORY, 0x33000 # the local APIC, at 0xfee00000, and this ROM
        .set    TSS,  0x40000
        .set    OTHER_TSS, 0x43000
        .set    IDT,  0x61000
        .set    OTHER_STACKS, 0x100000  # 16 KiB each: 12 for CPL 3, 4 for CPL 0

        .macro  protected_mode          # from real mode, with the GDT loaded
        movl    %cr0, %eax
        orb     $1, %al
        movl    %eax, %cr0
        .endm

        .macro  long_mode               # from protected mode, with the page tables made
        movl    $0x620, %eax            # CR4: PAE, OSFXSR, OSXMMEXCPT
        movl    %eax, %cr4
        movl    $PML4, %eax
        movl    %eax, %cr3
        movl    $0xc0000080, %ecx
        movl    $0x101, %eax            # EFER: LME, SCE
        xorl    %edx, %edx
        wrmsr
        movl    $0x80010033, %eax       # CR0: PG WP NE ET MP PE
        movl    %eax, %cr0
        .endm

        # To CPL 3 with the selectors that Linux has for its programs: on PVM the processor really loads them.
        .macro  program entry stack
        xorl    %eax, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        pushq   $0x2b
        pushq   \stack
        pushq   $0x2
        pushq   $0x33
        leaq    \entry(%rip), %rax
        pushq   %rax
        iretq
        .endm

        .section .boot, "ax"
        .code16
boot_base:
start16:
        cli
        cld
        lgdtl   %cs:gdt_ptr_rom - boot_base + BOOT_OFF
        protected_mode
        ljmpl   $0x08, $start32

        .code32
start32:
        movw    $0x18, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $0x8000, %esp
        # the program from the ROM to RAM, .bss to zero
        movl    $payload_rom, %esi
        movl    $payload_start, %edi
        movl    $payload_dwords, %ecx
        rep     movsl
        xorl    %eax, %eax
        movl    $bss_start, %edi
        movl    $bss_dwords, %ecx
        rep     stosl
        movl    $PML4, %edi
        movl    $(4 * 0x400), %ecx
        rep     stosl
        movl    $TSS, %edi
        movl    $(0x4000 / 4), %ecx
        rep     stosl
        movl    $IDT, %edi
        movl    $(0x1000 / 4), %ecx
        rep     stosl
        movl    $(PDPT + 7), PML4
        movl    $(LOW_DIRECTORY + 7), PDPT
        movl    $(HIGH_DIRECTORY + 7), PDPT + 3 * 8
        movl    $0xfee000e7, HIGH_DIRECTORY + 0x1f7 * 8
        movl    $0xffe000e7, HIGH_DIRECTORY + 0x1ff * 8
        movl    $LOW_DIRECTORY, %edi
        movl    $0xe7, %eax             # present, writable, user, accessed, dirty, 2 MiB
        movl    $8, %ecx
1:      movl    %eax, (%edi)
        addl    $0x200000, %eax
        addl    $8, %edi
        loop    1b
        # TSS: RSP0, I/O bitmap at 0x68 (all ports), closing byte of ones
        movl    $0x8000, TSS + 4
        movw    $0x68, TSS + 0x66
        movb    $0xff, TSS + 0x68 + 0x2000
        long_mode
        ljmpl   $0x10, $start64
        .code64
start64:
        movq    $payload_entry, %rax
        jmp     *%rax

        .balign 16
gdt_rom:
        .quad   0
        .quad   0x00cf9b000000ffff      # 08 code, 32 bits
        .quad   0x00af9b000000ffff      # 10 code, 64 bits
        .quad   0x00cf93000000ffff      # 18 data
gdt_ptr_rom:
        .word   . - gdt_rom - 1
        .long   gdt_rom

        .section .reset, "ax"
        .code16
        .globl  reset
reset:
        jmp     start16
        .balign 16, 0x90

        # ---- from here on it runs in RAM ----
        .section .text.entry, "ax"
        .code64
        .globl  payload_entry
payload_entry:
        lgdt    gdt_ptr(%rip)
        movl    $0x18, %eax
        movl    %eax, %ss
        movl    $0x8000, %esp
        # a fault is reported on the serial port, then the guest stops
        movl    $IDT, %edi
        leaq    vectors(%rip), %rbx
        movl    $32, %ecx
1:      call    gate
        addq    $16, %rbx
        loop    1b
        movl    $(IDT + 13 * 16), %edi  # HLT at CPL 3 is a general protection fault: how the program asks for a rest
        leaq    rest(%rip), %rbx
        call    gate
        movl    $(IDT + 0x40 * 16), %edi
        leaq    timer(%rip), %rbx
        call    gate
        movl    $(IDT + 0x4f * 16), %edi
        leaq    spurious(%rip), %rbx
        call    gate
        lidt    idt_ptr(%rip)
        movl    $0x38, %eax
        ltr     %ax
        movb    $0xff, %al              # no line of the PICs
        outb    %al, $0x21
        outb    %al, $0xa1
        program main, $0x60000

gate:   movw    %bx, (%rdi)             # an interrupt gate at RDI, to RBX
        movw    $0x10, 2(%rdi)
        movw    $0x8e00, 4(%rdi)
        movq    %rbx, %rax
        shrq    $16, %rax
        movw    %ax, 6(%rdi)
        movl    $0, 8(%rdi)
        movl    $0, 12(%rdi)
        addl    $16, %edi
        ret

rest:   pushq   %rax
        movq    16(%rsp), %rax
        cmpb    $0xf4, (%rax)
        popq    %rax
        jne     fault13
        incq    8(%rsp)
        addq    $8, %rsp
        sti                             # until the next tick of the timer, which is periodic
        hlt
        cli
        iretq
fault13:
        pushq   $13
        jmp     trap
timer:  pushq   %rax
        movl    $0xfee000b0, %eax       # end of interrupt
        movl    $0, (%rax)
        popq    %rax
spurious:
        iretq

        .balign 16
vectors:
        .set    v, 0
        .rept   32
        .balign 16
        .if     v == 8 || (v >= 10 && v <= 14) || v == 17 || v == 21 || v == 29 || v == 30
        .else
        pushq   $0
        .endif
        pushq   $v
        jmp     trap
        .set    v, v + 1
        .endr
trap:
        popq    %rdi                    # vector
        popq    %rsi                    # error code
        movq    (%rsp), %rdx            # rip
        movq    %cr2, %rcx
        call    trapped
1:      hlt
        jmp     1b

        # ---- the other processors: copied to START_PAGE, begun there in real mode ----
        .globl  other_start, other_start_end
        .code16
other_start:
        cli
        cld
        xorw    %ax, %ax
        movw    %ax, %ds
        lgdtl   0x6000 + other_gdt_ptr - other_start
        protected_mode
        ljmpl   $0x08, $other32
other_gdt_ptr:
        .word   gdt_ptr - gdt - 1
        .long   gdt
other_start_end:
        .code32
other32:
        movw    $0x18, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        long_mode
        ljmpl   $0x10, $other64
        .code64
other64:
        movl    $0xfee00020, %eax       # local APIC ID: 1, 2, ...
        movl    (%rax), %ecx
        shrl    $24, %ecx
        movl    %ecx, %edi              # first argument of the program
        movl    %ecx, %ebx
        shll    $14, %ebx
        addl    $OTHER_STACKS, %ebx     # the end of its 16 KiB below: stacks of 1 are OTHER_STACKS..+0x4000
        movl    %ebx, %esp
        movl    %ecx, %edx
        shll    $7, %edx
        movl    %ebx, OTHER_TSS + 4(%rdx)       # RSP0
        movw    $0x68, OTHER_TSS + 0x66(%rdx)   # no ports
        lidt    idt_ptr(%rip)
        movl    %ecx, %eax
        shll    $4, %eax
        addl    $0x38, %eax
        ltr     %ax
        subl    $0x1000, %ebx
        program other_main, %rbx

        .balign 16
gdt:    .quad   0                       # 00
        .quad   0x00cf9b000000ffff      # 08
        .quad   0x00af9b000000ffff      # 10 kernel code, 64 bits
        .quad   0x00cf93000000ffff      # 18 kernel data
        .quad   0x00cffb000000ffff      # 20 user code, 32 bits
        .quad   0x00cff3000000ffff      # 28 user data
        .quad   0x00affb000000ffff      # 30 user code, 64 bits
        .quad   0x0000890400002068      # 38 TSS at 0x40000, limit 0x2068
        .quad   0
        .set    i, 1
        .rept   15                      # 48, 58, ...: TSS of the others, 0x80 bytes each
        .quad   0x0000890000000067 | ((OTHER_TSS + i * 0x80) << 16)
        .quad   0
        .set    i, i + 1
        .endr
gdt_ptr:
        .word   . - gdt - 1
        .quad   gdt
idt_ptr:
        .word   0x50 * 16 - 1
        .quad   IDT
