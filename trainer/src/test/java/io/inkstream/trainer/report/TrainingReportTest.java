package io.inkstream.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.publish.TrainedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class TrainingReportTest {
    private static final Map<String, Object> CARD = Map.of(
            "cas",
            .745,
            "cas_interval",
            List.of(.7301, .76),
            "cas_real",
            .766,
            "cas_ratio",
            .9736,
            "samples",
            23_368,
            "worst",
            List.of(Map.of("character", "|"), Map.of("character", "_")),
            "confusion",
            Map.of("characters", "ab", "counts", List.of(List.of(3, 1), List.of(0, 4))));

    private static TrainingReport report(List<TrainingEvent> events) {
        return new TrainingReport("base:1", events, CARD, List.of(), Map.of("seed", "7"));
    }

    private static Stream<String> sources(String html) {
        return Pattern.compile("(?:src|href)=\"([^\"]*)\"")
                .matcher(html)
                .results()
                .map(r -> r.group(1));
    }

    private static byte[] decode(String dataUri) {
        return Base64.getDecoder()
                .decode(dataUri.substring(dataUri.indexOf(',') + 1).replace("&#x3D;", "="));
    }

    private static List<TrainingEvent> run() {
        return List.of(
                Events.event(10, "drift", Map.of("gradient_norm", .5)),
                Events.event(20, "drift", Map.of("gradient_norm", .25)),
                Events.event(20, "evaluation", Map.of("accuracy_generated", .5, "accuracy_real", .8)),
                Events.samples(20, 8, 4),
                Events.event(40, "evaluation", Map.of("accuracy_generated", .75, "accuracy_real", .8)),
                Events.samples(40, 8, 4));
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        assertThat(sources(report(run()).html())).isNotEmpty().allSatisfy(source -> assertThat(source)
                .startsWith("data:"));
    }

    @Test
    void theCardStandsBesideRealHandwriting() {
        assertThat(report(run()).html())
                .contains("<th scope=\"row\">CAS</th><td class=\"n\">0.7450</td>"
                        + "<td class=\"soft\">0.7301 to 0.7600</td><td class=\"n\">0.7660</td><td class=\"soft\"></td>")
                .contains("<th scope=\"row\">CAS ratio</th><td class=\"n\">0.9736</td>"
                        + "<td class=\"soft\"></td><td class=\"n\"></td>")
                .contains("<caption>Worst</caption>", "<td>|</td>");
    }

    @Test
    void aFigureAndThatOfRealHandwritingShareAChart() throws Exception {
        String html = report(run()).html();

        assertThat(html)
                .contains("<h3>Accuracy</h3>", "<h3>Gradient norm</h3>")
                .doesNotContain("<h3>Accuracy real</h3>")
                .contains("Accuracy generated goes from 0.5000 at step 20 to 0.7500 at step 40");
        List<String> charts =
                sources(html).filter(s -> s.startsWith("data:image/svg")).toList();
        assertThat(charts).hasSize(2);
        for (String chart : charts) {
            Document svg = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(decode(chart)));
            assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        }
    }

    @Test
    void theFilmShowsEveryGridWithItsStep() throws IOException {
        String html = report(run()).html();
        Matcher frames =
                Pattern.compile("\\{ step: \"(\\d+)\", data: \"([^\"]*)\" }").matcher(html);

        List<MatchResult> all = frames.results().toList();
        assertThat(all).extracting(frame -> frame.group(1)).containsExactly("20", "40");
        byte[] png = Base64.getDecoder().decode(all.get(0).group(2).substring("data:image/png;base64,".length()));
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(8);
    }

    @Test
    void aLongRunIsThinnedAndKeepsItsEnd() {
        List<TrainingEvent> events = new ArrayList<>();
        for (int step = 1; step <= 5000; step++) {
            events.add(Events.drift(step, 1.0 / step));
            if (step % 10 == 0) {
                events.add(Events.samples(step, 2, 2));
            }
        }
        String html = report(events).html();

        assertThat(html).contains("{ step: \"5,000\"").hasSizeLessThan(1_000_000);
    }

    @Test
    void mistakesOfTheReaderAreListed() {
        assertThat(report(run()).html())
                .contains("<td><code>a</code></td><td><code>b</code></td><td class=\"n\">25 %</td>");
    }

    @Test
    void whatSpeaksAgainstTheModelIsSaid() {
        TrainingReport refused = new TrainingReport("base:1", run(), CARD, List.of("cas_ratio is low"), Map.of());

        assertThat(refused.html()).contains("Not worth publishing", "<li>cas_ratio is low</li>");
        assertThat(report(run()).html()).contains("Worth publishing").doesNotContain("Not worth publishing");
    }

    @Test
    void aRunThatHasOnlyBegunHasAPageToo() {
        TrainingReport begun = new TrainingReport("base:1", List.of(), Map.of(), List.of(), Map.of());

        assertThat(begun.html())
                .contains("has not reported anything yet", "No figure has two values yet")
                .doesNotContain("publishing", "id=\"film\"");
    }

    @Test
    void whatIsNotANumberLeavesAGapAndNoError() {
        String html = report(List.of(
                        Events.drift(1, Double.NaN),
                        Events.drift(2, .5),
                        Events.drift(3, Double.POSITIVE_INFINITY),
                        Events.drift(4, .25)))
                .html();

        assertThat(html).contains("Gradient norm goes from 0.5000 at step 2 to 0.2500 at step 4");
    }

    @Test
    void stepsThatWereDoneAgainAfterACrashCountOnce() {
        String html = report(List.of(Events.drift(1, 1), Events.drift(2, 9), Events.drift(2, .5)))
                .html();

        assertThat(html).contains("from 1.000 at step 1 to 0.5000 at step 2");
    }

    @Test
    void textIsNeverTakenForMarkup() {
        TrainingReport nasty =
                new TrainingReport("<b>x</b>", run(), CARD, List.of(), Map.of("machine", "<script>alert(1)</script>"));

        assertThat(nasty.html()).doesNotContain("<b>x</b>", "<script>alert").contains("&lt;b&gt;x&lt;/b&gt;");
    }

    @Test
    void theFolderOfATrainingTellsItselfBeforeAndAfterItsEnd(@TempDir Path folder) throws IOException {
        PublicationGate gate = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);
        try (EventLog log = EventLog.open(folder.resolve(EventLog.FILE_NAME), 0)) {
            run().forEach(log::on);
        }
        assertThat(TrainingReport.ofFolder("base:1", folder, gate).html())
                .contains("<h3>Accuracy</h3>")
                .doesNotContain("id=\"card\"");

        new TrainedModel(
                        new byte[1],
                        new byte[1],
                        Optional.empty(),
                        CARD,
                        new TrainedModel.Training("ab", 32, 64, List.of("mine"), Map.of("seed", "7")))
                .write(folder.resolve(TrainedModel.FOLDER_NAME));
        assertThat(TrainingReport.ofFolder("base:1", folder, gate).html())
                .contains("id=\"card\"", "<td class=\"n\">0.9736</td>", "frechet_excess is not on the card")
                .contains("<th scope=\"row\">seed</th><td>7</td>", "25 %");
    }

    @Test
    void aFolderWithoutATrainingHasNoReport(@TempDir Path folder) {
        PublicationGate gate = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);

        assertThatThrownBy(() -> TrainingReport.ofFolder("base:1", folder, gate))
                .isInstanceOf(IOException.class);
    }

    @Test
    void thePageIsWrittenWhole(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.html");
        report(run()).write(file);

        assertThat(Files.readString(file, StandardCharsets.UTF_8))
                .startsWith("<!doctype html>")
                .contains("</html>");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
