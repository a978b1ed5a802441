package io.inkstream.ops.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.lines.LineSample;
import io.inkstream.trainer.nn.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TwinTestTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");
    private static final List<String> TEXTS =
            List.of("the quick brown fox", "jumps over the lazy dog", "while five wizards", "box and juggle", "a plum");

    @Test
    void eachTextIsDrawnOnceByHandsOfTheStylesInTurn() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        try (Predictor predictor = OnnxPredictor.open(bundle, 1);
                Workers workers = new Workers(2)) {
            List<LineSample> drawn = TwinTest.drawn(
                    () -> new LineFactory(file, bundle, predictor), workers, List.of("natural", "hasty"), TEXTS, 3);

            assertThat(drawn).extracting(LineSample::text).containsExactlyInAnyOrderElementsOf(TEXTS);
            assertThat(drawn)
                    .extracting(LineSample::writer)
                    .containsExactly("natural 0", "natural 0", "hasty 1", "hasty 1", "natural 2");
        }
    }
}
