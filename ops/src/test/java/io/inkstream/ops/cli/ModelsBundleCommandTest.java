package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.publish.TrainedModel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsBundleCommandTest {
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void aSecondGeneratorIsAddedOnlyIfAskedForAndPassesTheServersChecks() throws Exception {
        ModelBundle shipped = ModelFiles.parse(Files.readAllBytes(Path.of("../trainer/models/inkstream-base-4.zip")));
        export(shipped.generatorOnnx(), shipped);

        assertThat(bundle("plain.zip")).as(err.toString()).isEqualTo(ExitCodes.DONE);
        assertThat(bundle("both.zip", "--int8")).as(err.toString()).isEqualTo(ExitCodes.DONE);
        ModelBundle plain = ModelFiles.parse(Files.readAllBytes(folder.resolve("plain.zip")));
        ModelBundle both = ModelFiles.parse(Files.readAllBytes(folder.resolve("both.zip")));
        assertThat(plain.int8GeneratorOnnx()).isNull();
        assertThat(both).isEqualTo(plain.withInt8Generator(both.int8GeneratorOnnx()));
        try (OnnxPredictor predictor = OnnxPredictor.openInt8(both, 1)) {
            assertThat(predictor.engine()).endsWith("-int8");
        }
    }

    @Test
    void aGeneratorThatCannotBeRoundedIsNamed() throws Exception {
        ModelBundle shipped = ModelFiles.parse(Files.readAllBytes(Path.of("../trainer/models/inkstream-base-4.zip")));
        export(shipped.readerOnnx(), shipped);

        assertThat(bundle("both.zip", "--int8")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("the generator does not draw");
        assertThat(folder.resolve("both.zip")).doesNotExist();
    }

    private void export(byte[] generatorOnnx, ModelBundle of) throws Exception {
        StringBuilder characters = new StringBuilder();
        of.manifest().classes().forEach(spec -> characters.append(spec.character()));
        new TrainedModel(
                        generatorOnnx,
                        of.readerOnnx(),
                        Optional.empty(),
                        Map.of(),
                        new TrainedModel.Training(
                                characters.toString(),
                                of.manifest().styleSize(),
                                of.manifest().noiseSize(),
                                List.of("emnist"),
                                Map.of()))
                .write(folder.resolve("export"));
    }

    private int bundle(String out, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "models",
                "bundle",
                folder.resolve("export").toString(),
                "--model",
                "mine:1",
                "--out",
                folder.resolve(out).toString()));
        words.addAll(List.of(more));
        return Commands.run(new PrintWriter(new StringWriter()), new PrintWriter(err), words.toArray(String[]::new));
    }
}
