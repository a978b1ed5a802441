package io.inkstream.ops.bench;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import java.util.Random;
import java.util.function.IntToLongFunction;

/**
 * Documents to draw: lines of 40 characters, the same at every run.
 *
 * @param linesEach lines of one document
 * @param seedOf seed of the i-th document: its hand
 */
public record Workload(int linesEach, IntToLongFunction seedOf) implements Documents {
    private static final int LINE_CHARACTERS = 40;
    /** Wide enough that no line of 40 characters breaks. */
    private static final int WIDTH_PX = 2048;

    private static final String[] WORDS =
            ("the of and a to in is you that it he was for on are as with his they I at be "
                            + "this have from or one had by word but not what all were we when your can said there use an each "
                            + "which she do how their if will up other about out many then them these so some her would make like "
                            + "him into time has look two more write go see number no way could people my than first water been "
                            + "call who oil its now find long down day did get come made may part")
                    .split(" ");

    /** Documents of ten lines, spread over 64 hands. */
    public static Workload knownHands() {
        return new Workload(10, i -> i % 64);
    }

    /** One-line documents, each in a hand that was never seen before. */
    public static Workload newHands() {
        return new Workload(1, i -> 1_000_000L + i);
    }

    /** Documents of four lines, spread over some hands. */
    public static Workload hands(int hands) {
        return new Workload(4, i -> i % hands);
    }

    @Override
    public int lines(int i) {
        return linesEach;
    }

    @Override
    public TextDocument document(int i) {
        Random random = new Random(i);
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < linesEach; line++) {
            text.append(line(random)).append(line + 1 < linesEach ? "\n" : "");
        }
        return TextDocument.newBuilder()
                .setText(text.toString())
                .setSeed(seedOf.applyAsLong(i))
                .setLayout(LayoutOptions.newBuilder().setLineWidthPx(WIDTH_PX).build())
                .build();
    }

    private static String line(Random random) {
        StringBuilder line = new StringBuilder();
        while (line.length() < LINE_CHARACTERS) {
            line.append(line.length() == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        line.setLength(LINE_CHARACTERS);
        // A space at the end would not be drawn.
        line.setCharAt(LINE_CHARACTERS - 1, '.');
        return line.toString();
    }
}
