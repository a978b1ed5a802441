package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final PublicationGate GATE = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);
    private static final ModelBundle PARENT = Untrained.bundle(Bars.CLASSES.characters(), Map.of());

    /** Enough to judge by. */
    private static final CollectedSamples MANY =
            new CollectedSamples(Bars.samples(200, 1), "sha256:many", Map.of(), List.of());

    private static final CollectedSamples FEW =
            new CollectedSamples(Bars.samples(120, 1), "sha256:few", Map.of(), List.of());

    @TempDir
    Path folder;

    @Test
    void refinedModelNamesItsParentAndIsMeasuredBesideIt() throws Exception {
        plan(4, MANY, "untrained:1");

        TrainedBundle refined = run().train(MANY, request(Optional.of(PARENT))).orElseThrow();

        assertThat(refined.bundle().manifest().parent()).isEqualTo("untrained:1");
        List<?> comparison = (List<?>) refined.bundle().card().get("against_parent");
        assertThat(comparison.stream().map(row -> (String) ((Map<?, ?>) row).get("figure")))
                .contains("cas_ratio", "frechet_excess", "deviation_ratio", "accuracy_generated")
                .doesNotContain("accuracy_real");
        assertThat(Files.readString(folder.resolve("report.html"))).contains("<caption>Against parent</caption>");
    }

    @Test
    void parentOfOtherCharactersIsRefusedByName() throws Exception {
        ModelBundle other = Untrained.bundle("abc", Map.of());

        assertThatThrownBy(() -> run().train(MANY, request(Optional.of(other))))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("untrained:1 draws 'abc'")
                .hasMessageContaining("'" + Bars.CLASSES.characters() + "'");
        assertThat(TrainingRun.canRefine(other, MANY)).isFalse();
        assertThat(TrainingRun.canRefine(PARENT, MANY)).isTrue();
    }

    @Test
    void trainingFromAParentGoesOnFromNoOther() throws Exception {
        plan(1, FEW, "untrained:1");

        assertThatThrownBy(() -> run().train(FEW, request(Optional.empty())))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("goes on from untrained:1");
    }

    @Test
    void trainingOnOtherSamplesIsRefused() throws Exception {
        plan(1, FEW, "");

        assertThatThrownBy(() -> run().train(MANY, request(Optional.empty())))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("other samples (sha256:few)");
    }

    @Test
    void folderOfAnEarlierVersionGoesOn() throws Exception {
        Files.writeString(folder.resolve("plan.json"), """
                {"plan": {"readerSteps": 1, "judgeSteps": 1, "driftSteps": 1, "adversarialSteps": 0, "cardSteps": 1,
                 "workers": 1, "seed": 1}, "digest": "sha256:few"}""");

        TrainedBundle model = run().train(FEW, request(Optional.empty())).orElseThrow();

        assertThat(model.bundle().manifest().parent()).isNull();
        // Too few to judge by: nothing is known, and so much speaks against it.
        assertThat(model.objections()).hasSize(4);
        assertThat(model.file()).exists();
    }

    @Test
    void stoppedTrainingHasAPageUnderTheNameOfItsModel() throws Exception {
        plan(3, FEW, "");
        AtomicBoolean stopping = new AtomicBoolean();

        assertThat(run(event -> stopping.set(true), stopping::get).train(FEW, request(Optional.empty())))
                .isEmpty();
        Path page = TrainingRun.report(folder, GATE);

        assertThat(Files.readString(page)).contains("<h1>mine:2</h1>").doesNotContain("id=\"card\"");
    }

    private void plan(int driftSteps, CollectedSamples samples, String parent) throws IOException {
        Files.writeString(
                folder.resolve("plan.json"), """
                {"plan": {"readerSteps": 2, "judgeSteps": 2, "refines": %s, "driftSteps": %d, "adversarialSteps": 0,
                 "cardSteps": 2, "workers": 1, "seed": 1}, "digest": "%s", "parent": "%s", "model": "mine:2"}""".formatted(!parent.isEmpty(), driftSteps, samples.digest(), parent));
    }

    private TrainingRun run() {
        return run(event -> {}, () -> false);
    }

    private TrainingRun run(TrainingListener listener, BooleanSupplier stopping) {
        return new TrainingRun(
                folder, GATE, listener, stopping, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")), () -> 0);
    }

    private static TrainingRun.Request request(Optional<ModelBundle> parent) {
        return new TrainingRun.Request(
                ModelId.parse("mine:2"), Duration.ofMinutes(1), 1, 1, 1, parent, Map.of(), false);
    }
}
