package io.inkstream.schemas.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HuffmanCodeTest {
    /** Unlimited, the sum of all joined counts is the least that any code needs. */
    @Property(tries = 300)
    void codesAreAsShortAsHuffmansOwn(@ForAll long seed) {
        Random random = new Random(seed);
        int[] counts = new int[2 + random.nextInt(285)];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(1 << random.nextInt(7));
        }
        counts[0]++;
        counts[1]++;

        HuffmanCode code = made(counts, 15);

        PriorityQueue<Integer> nodes = new PriorityQueue<>();
        long bits = 0;
        for (int symbol = 0; symbol < counts.length; symbol++) {
            bits += (long) counts[symbol] * code.length(symbol);
            assertThat(code.length(symbol) > 0).isEqualTo(counts[symbol] > 0);
            if (counts[symbol] > 0) {
                nodes.add(counts[symbol]);
            }
        }
        long least = 0;
        while (nodes.size() > 1) {
            int joined = nodes.remove() + nodes.remove();
            least += joined;
            nodes.add(joined);
        }
        assertThat(bits).isEqualTo(least);
        assertIsCompletePrefixCode(code, counts.length, 15);
    }

    @Property(tries = 300)
    void noCodeIsLongerThanTheLimitHoweverUnevenTheCounts(@ForAll long seed) {
        Random random = new Random(seed);
        int limit = 5 + random.nextInt(11);
        int[] counts = new int[2 + random.nextInt(Math.min(285, (1 << limit) - 1))];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (int) Math.min(1 << 12, Math.pow(2 + random.nextInt(2), random.nextInt(13)));
        }

        HuffmanCode code = made(counts, limit);

        assertIsCompletePrefixCode(code, counts.length, limit);
        for (int a = 0; a < counts.length; a++) {
            for (int b = 0; b < counts.length; b++) {
                assertThat(counts[a] <= counts[b] || code.length(a) <= code.length(b))
                        .as("what occurs more has no longer code")
                        .isTrue();
            }
        }
    }

    /** Counts of Fibonacci make the deepest tree of all. */
    @Test
    void fibonaccisCountsAreKeptWithinTheLimit() {
        for (int symbols = 2; symbols <= 28; symbols++) {
            int[] counts = new int[symbols];
            counts[0] = 1;
            counts[1] = 1;
            for (int i = 2; i < symbols; i++) {
                counts[i] = counts[i - 1] + counts[i - 2];
            }
            for (int limit : new int[] {5, 7, 15}) {
                assertIsCompletePrefixCode(made(counts, limit), symbols, limit);
            }
        }
    }

    @Test
    void asManySymbolsAsTheLimitHasCodesAllGetTheLongest() {
        int[] counts = new int[128];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = 1 << Math.min(i, 14);
        }

        HuffmanCode code = made(counts, 7);

        assertIsCompletePrefixCode(code, counts.length, 7);
        for (int symbol = 0; symbol < counts.length; symbol++) {
            assertThat(code.length(symbol)).isEqualTo(7);
        }
    }

    @Test
    void oneSymbolOrNoneStillGivesACodeOfTwo() {
        for (int[] counts : List.of(new int[19], new int[] {0, 0, 5, 0}, new int[] {7, 0})) {
            assertIsCompletePrefixCode(made(counts, 7), counts.length, 7);
        }
    }

    @Test
    void aCodeMadeAgainHasNothingOfTheOneBefore() {
        HuffmanCode code = new HuffmanCode(4, 15);
        code.make(new int[] {5, 4, 3, 2});
        code.make(new int[] {0, 1, 0, 1});

        assertThat(List.of(code.length(0), code.length(1), code.length(2), code.length(3)))
                .containsExactly(0, 1, 0, 1);
        assertThat(code.code(1)).isZero();
        assertThat(code.code(3)).isOne();
    }

    private static HuffmanCode made(int[] counts, int limit) {
        HuffmanCode code = new HuffmanCode(counts.length, limit);
        code.make(counts);
        return code;
    }

    private static void assertIsCompletePrefixCode(HuffmanCode code, int symbols, int limit) {
        int room = 0;
        List<String> words = new ArrayList<>();
        for (int symbol = 0; symbol < symbols; symbol++) {
            int length = code.length(symbol);
            assertThat(length).isBetween(0, limit);
            if (length > 0) {
                room += 1 << (limit - length);
                StringBuilder word = new StringBuilder();
                for (int bit = 0; bit < length; bit++) {
                    word.append(code.code(symbol) >> bit & 1);
                }
                words.add(word.toString());
            }
        }
        assertThat(room).as("complete").isEqualTo(1 << limit);
        Set<String> begins = new HashSet<>();
        for (String word : words) {
            for (int length = 1; length < word.length(); length++) {
                begins.add(word.substring(0, length));
            }
        }
        assertThat(words).doesNotHaveDuplicates().noneMatch(begins::contains);
    }
}
