package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class FuzzTest {
    private static final int INPUTS = 2_000;

    static Stream<Fuzz.Target> targets() {
        return Fuzz.targets().stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void spoiltInputIsReadOrRefusedWithAReason(Fuzz.Target target) {
        for (int number = 0; number < INPUTS; number++) {
            byte[] input = Fuzz.input(target, number);
            assertThatCode(() -> Fuzz.feed(target, input))
                    .as("input %s of %s", number, target.name())
                    .doesNotThrowAnyException();
        }
    }
}
