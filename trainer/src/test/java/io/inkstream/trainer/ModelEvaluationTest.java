package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.evaluation.EvaluationCard;
import io.inkstream.trainer.publish.PublicationGate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelEvaluationTest {
    private static final String DIGEST = "sha256:1";
    private static final ModelEvaluation.Config BRIEF =
            new ModelEvaluation.Config(new Evaluation.Config(256, 25, true, 4, 1), 25, 1);

    @TempDir
    static Path cache;

    private static final CollectedSamples SAMPLES =
            new CollectedSamples(Bars.samples(200, 1), DIGEST, Map.of(), List.of());
    private static ModelEvaluation.Judgement judgement;

    private static ModelBundle untrained(String characters) {
        return Untrained.bundle(characters, Map.of("dataDigest", DIGEST));
    }

    @BeforeAll
    static void judgeOnce() throws Exception {
        judgement = evaluation(said -> {}).judge(untrained(Bars.CLASSES.characters()), SAMPLES);
    }

    private static ModelEvaluation evaluation(Consumer<String> progress) {
        long[] nanos = {0};
        return new ModelEvaluation(BRIEF, cache, progress, () -> nanos[0] += 1_000_000);
    }

    @Test
    void everyFigureStandsBesideThatOfRealHandwriting() {
        assertThat(judgement.card().figures())
                .containsKeys("accuracy_generated", "accuracy_real", "frechet", "frechet_real", "frechet_excess")
                .containsKeys("deviation_ratio", "cas", "cas_real", "cas_ratio", "cas_ratio_bars", "cas_ratio_balanced")
                .containsKeys("cas_augmented", "cas_augmented_ratio")
                .containsKeys("nearest_training_generated", "nearest_training_real", "copied_generated", "copied_real")
                .containsKeys("style_slant", "style_slant_real", "style_thickness", "style_thickness_real")
                .containsKeys("reader_accuracy_generated", "reader_accuracy_real")
                .containsKeys("parameters", "mflop", "glyphs_per_second", "worst_classes", "confusion")
                .containsEntry("samples", 400);
    }

    @Test
    void figuresThatDependOnTheGlyphsHaveAnIntervalAroundThem() {
        Map<String, Object> figures = judgement.card().figures();

        assertThat(List.of("accuracy_generated", "cas_ratio", "frechet_excess", "copied_generated", "style_slant"))
                .allSatisfy(name -> {
                    List<?> interval = (List<?>) figures.get(name + "_interval");
                    assertThat((double) figures.get(name))
                            .isBetween((double) interval.get(0), (double) interval.get(1));
                });
    }

    @Test
    void aModelThatHasLearntNothingIsFoundOut() {
        assertThat(new PublicationGate(PublicationGate.Thresholds.DEFAULTS)
                        .objections(judgement.card().figures()))
                .anySatisfy(objection -> assertThat(objection).startsWith("frechet_excess"))
                .anySatisfy(objection -> assertThat(objection).startsWith("accuracy_generated"));
    }

    @Test
    void theSameAgainIsTheSameAndTeachesNobodyAnew() throws Exception {
        List<String> said = new ArrayList<>();

        EvaluationCard again = evaluation(said::add)
                .judge(untrained(Bars.CLASSES.characters()), SAMPLES)
                .card();

        assertThat(again.figures()).isEqualTo(judgement.card().figures());
        assertThat(said).containsExactly("drawing and reading");
    }

    @Test
    void samplesThatFitTheModelAndAreItsOwnNeedNoRemark() {
        assertThat(judgement.remarks()).containsExactly("8 writers are in both splits: the card flatters the model");
    }

    @Test
    void whatTheReaderOfTheCardShouldKnowIsSaid() throws Exception {
        CollectedSamples others = new CollectedSamples(Bars.samples(200, 1), "sha256:2", Map.of(), List.of());

        assertThat(evaluation(said -> {}).judge(untrained("aéλx"), others).remarks())
                .anySatisfy(remark ->
                        assertThat(remark).startsWith("samples left out").endsWith(": ọ\u0301"))
                .anySatisfy(remark ->
                        assertThat(remark).startsWith("characters of the model").endsWith(": x"))
                .anySatisfy(remark -> assertThat(remark).contains("dataDigest"));
    }

    @Test
    void tooLittleHandwritingIsRefusedWithTheNumbers() {
        CollectedSamples few = new CollectedSamples(Bars.samples(40, 1), DIGEST, Map.of(), List.of());

        assertThatThrownBy(() -> evaluation(said -> {}).judge(untrained(Bars.CLASSES.characters()), few))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("need 300 test")
                .hasMessageContaining("there are 80");
    }
}
