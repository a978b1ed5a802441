package io.inkstream.ops.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.Whitespace;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.layout.Advances;
import io.inkstream.topology.layout.LineBreaker;
import io.inkstream.topology.layout.SetLine;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.tokenise.Tokeniser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The topology breaks lines by what it knows of a hand; the model server draws them. {@code FillTest BUNDLE STYLE HANDS} as a
 * program prints how far lines fill the measure.
 */
class FillTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");

    private static final double MOST_CONDENSED = 1.06;

    private static final String TEXT =
            "My dear Helen, the letter that you sent from Lisbon came on Tuesday, and I have read it twice. It has been "
                    + "raining here since the beginning of the month; the river stands a hand below the bridge, and nobody "
                    + "who lives at the harbour sleeps well. Yesterday Mr. Whitcombe brought 12 sacks of sand and asked for "
                    + "nothing but a cup of tea. You would have laughed at the two of us, carrying them down the steps in "
                    + "the dark! What I wanted to say is this: do not come before the 24th, however much you wish to. The "
                    + "roads are bad, and the old house smells of wet wool and smoke. When the swallows are back, we shall "
                    + "walk along the dyke again as we did in the summer of 1987, and you may bring the children. ";

    /**
     * How wide the lines of a style come out, but for the last ones of a document.
     *
     * @param mean width over the measure
     * @param tight share of the lines that had to be made more than 6 % narrower to fit
     */
    private record Fill(double mean, double median, double tight, List<Double> byHand) {}

    @Test
    void linesFillTheMeasure() throws Exception {
        for (String style : List.of("natural", "neat", "hasty")) {
            Fill fill = fill(SHIPPED, style, 40);
            assertThat(fill.mean()).as(style + " " + fill).isGreaterThan(.91);
            assertThat(fill.tight()).as(style + " " + fill).isLessThan(.03);
        }
    }

    public static void main(String[] args) throws Exception {
        for (String style : args[1].split(",")) {
            Fill fill = fill(Path.of(args[0]), style, Integer.parseInt(args[2]));
            System.out.printf(
                    Locale.ROOT,
                    "%s: mean %.3f median %.3f tight %.3f, hands %s%n",
                    style,
                    fill.mean(),
                    fill.median(),
                    fill.tight(),
                    fill.byHand().stream()
                            .map(one -> String.format(Locale.ROOT, "%.2f", one))
                            .collect(Collectors.joining(" ")));
        }
    }

    private static Fill fill(Path file, String style, int hands) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(file), 1L << 28);
        Manifest manifest = bundle.manifest();
        List<String> characters =
                manifest.classes().stream().map(ClassSpec::character).toList();
        Map<String, Double> widths =
                manifest.classes().stream().collect(Collectors.toMap(ClassSpec::character, ClassSpec::width));
        StyleSpec spec = manifest.styles().stream()
                .filter(one -> one.name().equals(style))
                .findFirst()
                .orElseThrow();
        Tokeniser tokeniser = new Tokeniser(characters);
        LayoutOptions layout = LayoutOptions.newBuilder().build();
        LayoutOptions wide = LayoutOptions.newBuilder()
                .setLineWidthPx(2 * layout.getLineWidthPx())
                .build();
        double measure = layout.getLineWidthPx() * Advances.LINE_HEIGHT / layout.getLineHeightPx();
        List<Double> fills = new ArrayList<>();
        List<Double> byHand = new ArrayList<>();
        int tight = 0;
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            OfflineArtist artist = new OfflineArtist(predictor, "fill", manifest);
            for (int seed = 1; seed <= hands; seed++) {
                Advances advances = Advances.of(widths, HandTraits.draw(spec.distributions(), seed), layout);
                List<SetLine> lines =
                        LineBreaker.setLines(tokeniser.tokenise(TEXT), advances, measure, Whitespace.PRESERVE, 1);
                double sum = 0;
                for (int i = 0; i < lines.size() - 1; i++) {
                    double width = width(artist, style, seed, i, lines.get(i), layout);
                    sum += width / layout.getLineWidthPx();
                    fills.add(width / layout.getLineWidthPx());
                    if (width(artist, style, seed, i, lines.get(i), wide) > MOST_CONDENSED * layout.getLineWidthPx()) {
                        tight++;
                    }
                }
                byHand.add(sum / (lines.size() - 1));
            }
        }
        double[] sorted =
                fills.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Fill(
                Arrays.stream(sorted).average().orElseThrow(),
                sorted[sorted.length / 2],
                (double) tight / sorted.length,
                byHand);
    }

    private static double width(
            OfflineArtist artist, String style, long seed, int index, SetLine line, LayoutOptions layout) {
        RenderLineRequest.Builder request =
                RenderLineRequest.newBuilder().setStyle(style).setSeed(seed).setLineIndex(index);
        LayoutOption.ask(layout, request);
        LineRequests.addGlyphs(request, line.glyphs());
        return artist.drawing(request.build()).widthPx();
    }
}
