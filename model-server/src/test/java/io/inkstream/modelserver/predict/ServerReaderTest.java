package io.inkstream.modelserver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ServerReaderTest {
    private static final int PIXELS = ServerReader.SIDE * ServerReader.SIDE;

    @Test
    void itKnowsThePrintableCharactersOfAsciiInTheirOrder() {
        try (ServerReader reader = ServerReader.open()) {
            assertThat(reader.characters())
                    .hasSize(94)
                    .startsWith("!")
                    .endsWith("~")
                    .doesNotContain(" ");
            assertThat(reader.classOf("A")).isEqualTo('A' - '!');
            assertThat(reader.classOf("é")).isNegative();
        }
    }

    @Test
    void itTakesAStrokeForALetterThatIsOne() {
        try (ServerReader reader = ServerReader.open()) {
            int[] read = reader.read(new float[][] {stroke(13, 3, 3, 22), ring()});
            assertThat(reader.characters().get(read[0])).isIn("l", "I", "1", "|");
            assertThat(reader.characters().get(read[1])).isIn("o", "O", "0");
        }
    }

    @Test
    void manyMayReadAtOnceAndGetWhatOneGets() {
        Random random = new Random(5);
        float[][] inks = new float[40][PIXELS];
        for (float[] ink : inks) {
            for (int i = 0; i < PIXELS; i++) {
                ink[i] = random.nextFloat();
            }
        }
        try (ServerReader reader = ServerReader.open()) {
            int[] alone = reader.read(inks);
            CompletableFuture<?>[] together = new CompletableFuture<?>[4];
            for (int i = 0; i < together.length; i++) {
                together[i] = CompletableFuture.runAsync(
                        () -> assertThat(reader.read(inks)).isEqualTo(alone));
            }
            CompletableFuture.allOf(together).join();
            for (int i = 0; i < inks.length; i++) {
                assertThat(reader.read(new float[][] {inks[i]})).containsExactly(alone[i]);
            }
        }
    }

    @Test
    void aClosedOneSaysSo() {
        ServerReader reader = ServerReader.open();
        reader.close();
        reader.close();
        assertThatThrownBy(() -> reader.read(new float[1][PIXELS])).isInstanceOf(IllegalStateException.class);
    }

    private static float[] stroke(int left, int top, int width, int height) {
        float[] ink = new float[PIXELS];
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                ink[y * ServerReader.SIDE + x] = 1;
            }
        }
        return ink;
    }

    private static float[] ring() {
        float[] ink = new float[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            double x = i % ServerReader.SIDE - 13.5;
            double y = i / ServerReader.SIDE - 13.5;
            double off = Math.abs(Math.hypot(x, y) - 9.5);
            ink[i] = (float) Math.max(0, Math.min(1, 2 - off));
        }
        return ink;
    }
}
