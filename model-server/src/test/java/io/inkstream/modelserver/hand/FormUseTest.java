package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FormUseTest {
    private final FormUse use = new FormUse();

    private static Hand.Key key(String sha256, long seed, int variant) {
        return new Hand.Key(sha256, "plain", seed, Hand.Form.variant(0, variant));
    }

    @Test
    void whatIsAskedForMostComesFirstWhateverTheVersion() {
        use.count(List.of(key("one", 1, 1), key("one", 1, 2), key("one", 1, 3)));
        use.count(List.of(key("two", 1, 2), key("two", 1, 3)));
        use.count(List.of(key("two", 1, 3)));
        assertThat(use.most(2, any -> true))
                .extracting(most -> most.form().index())
                .containsExactly(3, 2);
        assertThat(use.most(2, any -> any.form().index() != 3))
                .extracting(most -> most.form().index())
                .containsExactly(2, 1);
    }

    @Test
    void aHandInUseStaysThoughAnyNumberOfOthersWriteOnce() {
        for (int seed = 100; seed < 100_000; seed++) {
            use.count(List.of(key("one", seed, 1)));
            use.count(List.of(key("one", 7, 1)));
        }
        assertThat(use.most(1, any -> true)).extracting(FormUse.Use::seed).containsExactly(7L);
        assertThat(use.most(1_000_000, any -> true)).hasSizeLessThanOrEqualTo(1 << 14);
    }
}
