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
        ModelBundle shipped = ModelFiles.parse(Files.readAllBytes(Path.of("../trainer/models/inkstream-base-5.zip")));
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
        ModelBundle shipped = ModelFiles.parse(Files.readAllBytes(Path.of("../trainer/models/inkstream-base-5.zip")));
        export(shipped.readerOnnx(), shipped);

        assertThat(bundle("both.zip", "--int8")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("the generator does not draw");
        assertThat(folder.resolve("both.zip")).doesNotExist();
    }

    @Test
    void aBundleGetsASecondGeneratorToo() throws Exception {
        Path shipped = Path.of("../trainer/models/inkstream-base-5.zip");
        ModelBundle before = ModelFiles.parse(Files.readAllBytes(shipped));

        assertThat(run(shipped, "both.zip", "--int8")).as(err.toString()).isEqualTo(ExitCodes.DONE);
        ModelBundle both = ModelFiles.parse(Files.readAllBytes(folder.resolve("both.zip")));
        assertThat(both.manifest().id()).hasToString("mine:1");
        assertThat(both.manifest().parent()).isEqualTo(before.manifest().id().toString());
        assertThat(both.int8GeneratorOnnx()).isNotNull();
        assertThat(both)
                .isEqualTo(before.with(both.manifest()).withInt8Generator(both.int8GeneratorOnnx()))
                .extracting(bundle -> bundle.manifest().styles())
                .isEqualTo(before.manifest().styles());

        assertThat(run(folder.resolve("both.zip"), "again.zip")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("is mine:1 itself; name another version with --model");
        assertThat(run(shipped, "again.zip", "--parent", "mine:0")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains("--reader and --parent go with a folder");
        assertThat(folder.resolve("again.zip")).doesNotExist();
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
        return run(folder.resolve("export"), out, more);
    }

    private int run(Path source, String out, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "models",
                "bundle",
                source.toString(),
                "--model",
                "mine:1",
                "--out",
                folder.resolve(out).toString()));
        words.addAll(List.of(more));
        return Commands.run(new PrintWriter(new StringWriter()), new PrintWriter(err), words.toArray(String[]::new));
    }
}
