#!/usr/bin/env python3
"""What the linker and the compiler were asked for against attackers is in the files that
were built: read from their ELF headers.

usage: test_hardening.py OPTIMIZED FILE...

A file is position-independent; its stack is not executable, nor is any segment both
writable and executable; relocations are done at start and then read-only, none in code;
functions have stack guards, copies are checked (where OPTIMIZED is yes), and on x86-64
indirect branches have landings. (The file is marked for control-flow enforcement only where
the C library's own start files are, which Debian's are not.) Elsewhere than on 64-bit little-endian ELF it is
left out (exit status 77).
"""
import struct
import sys

PT_LOAD, PT_DYNAMIC, PT_GNU_STACK, PT_GNU_RELRO = 1, 2, 0x6474e551, 0x6474e552
DT_STRTAB, DT_SYMTAB, DT_TEXTREL, DT_FLAGS, DT_FLAGS_1, DT_STRSZ = 5, 6, 22, 30, 0x6ffffffb, 10
EM_X86_64, ET_DYN, LEAST_LANDINGS = 62, 3, 50


class Elf:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        if self.data[:6] != b"\x7fELF\x02\x01":
            print(f"{path}: not a 64-bit little-endian ELF file")
            sys.exit(77)
        self.type, self.machine = struct.unpack_from("<HH", self.data, 16)
        offset, = struct.unpack_from("<Q", self.data, 32)
        size, n = struct.unpack_from("<HH", self.data, 54)
        # type, flags, offset, address, -, bytes in the file
        self.segments = [struct.unpack_from("<IIQQQQ", self.data, offset + i * size)
                         for i in range(n)]
        self.dynamic = {}
        for kind, _, at, _, _, length in self.segments:
            if kind == PT_DYNAMIC:
                for i in range(at, at + length, 16):
                    tag, value = struct.unpack_from("<QQ", self.data, i)
                    self.dynamic.setdefault(tag, value)

    def segment(self, kind):
        return next((s for s in self.segments if s[0] == kind), None)

    def at_address(self, address):
        for kind, _, offset, start, _, length in self.segments:
            if kind == PT_LOAD and start <= address < start + length:
                return offset + address - start
        return None

    def names(self):
        """All strings of the dynamic symbol table."""
        at = self.at_address(self.dynamic[DT_STRTAB])
        return self.data[at:at + self.dynamic[DT_STRSZ]].split(b"\0")

    def landings(self):
        """How often code has the instruction (endbr64) that an indirect branch must hit."""
        return sum(self.data.count(b"\xf3\x0f\x1e\xfa", at, at + length)
                   for kind, flags, at, _, _, length in self.segments
                   if kind == PT_LOAD and flags & 1)


def problems(elf, optimized):
    flags = elf.dynamic.get(DT_FLAGS, 0), elf.dynamic.get(DT_FLAGS_1, 0)
    stack = elf.segment(PT_GNU_STACK)
    names = elf.names()
    yield "it is not position-independent", elf.type == ET_DYN
    yield "its stack may be executable", stack and not stack[1] & 1
    yield "a segment is writable and executable", all(s[1] & 3 != 3 for s in elf.segments)
    yield "nothing becomes read-only after relocation", elf.segment(PT_GNU_RELRO)
    yield "symbols are bound late", flags[0] & 8 or flags[1] & 1
    yield "code is relocated", DT_TEXTREL not in elf.dynamic and not flags[0] & 4
    yield "no function has a stack guard", b"__stack_chk_fail" in names
    if optimized:
        yield "no copy is checked", any(n.startswith(b"__") and n.endswith(b"_chk")
                                        for n in names)
    if elf.machine == EM_X86_64:
        yield "indirect branches have no landings", elf.landings() >= LEAST_LANDINGS


def main():
    optimized, failed = sys.argv[1] == "yes", 0
    for path in sys.argv[2:]:
        for what, right in problems(Elf(path), optimized):
            if not right:
                failed += 1
                print(f"{path}: {what}")
    print(f"{len(sys.argv) - 2} files, {failed} problems")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
