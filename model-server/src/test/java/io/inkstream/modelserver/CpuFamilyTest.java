package io.inkstream.modelserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuFamilyTest {
    @Test
    void theWidestInstructionsNameTheFamily() {
        assertThat(CpuFamily.of("amd64", "processor : 0\nflags\t\t: fpu sse2 avx avx2 fma\n"))
                .isEqualTo("amd64-avx2");
        assertThat(CpuFamily.of("amd64", "flags : avx512f avx2 avx512bw\n")).isEqualTo("amd64-avx512f");
    }

    @Test
    void aSystemThatDoesNotTellIsNamedByItsArchitecture() {
        assertThat(CpuFamily.of("aarch64", "")).isEqualTo("aarch64");
        assertThat(CpuFamily.current()).isNotEmpty();
    }

    @Test
    void eightBitsAreFastWithEitherVnni() {
        assertThat(CpuFamily.hasVnni("flags\t\t: avx512f avx512_vnni")).isTrue();
        assertThat(CpuFamily.hasVnni("flags\t\t: avx2 avx_vnni")).isTrue();
        assertThat(CpuFamily.hasVnni("flags\t\t: avx512f avx2")).isFalse();
        assertThat(CpuFamily.hasVnni("")).isFalse();
    }
}
