package io.inkstream.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.lines.LineFactory;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.reading.EditDistance;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadCommandTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");
    private static final String TEXT = "Down, down, down. Would the fall never come to an end?";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Commands.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    @Test
    void whatThePipelineDrawsIsRead() throws Exception {
        byte[] file = Files.readAllBytes(SHIPPED);
        ModelBundle bundle = ModelFiles.parse(file);
        int wrong = 0;
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            LineFactory factory = new LineFactory(file, bundle, predictor);
            for (long seed = 1; seed <= 4; seed++) {
                TextDocument document = TextDocument.newBuilder()
                        .setText(TEXT)
                        .setStyle("neat")
                        .setSeed(seed)
                        .build();
                Path picture = folder.resolve("line" + seed + ".png");
                Files.write(
                        picture, factory.draw("doc", document).get(0).pixels().toPng());
                assertThat(run("read", picture.toString())).as(err.toString()).isEqualTo(ExitCodes.DONE);
                wrong += EditDistance.between(Graphemes.split(out.toString().strip()), Graphemes.split(TEXT));
            }
        }
        assertThat(wrong).as("of %d characters", 4 * TEXT.length()).isLessThan(TEXT.length());
    }

    @Test
    void whatIsNoPictureOfALineIsNamedAndTheOthersAreRead() throws Exception {
        Path nothing = Files.writeString(folder.resolve("nothing.png"), "no picture");
        Path reader = Files.writeString(folder.resolve("reader.onnx"), "no network");

        assertThat(run("read", nothing.toString(), folder.resolve("none.png").toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString())
                .contains(nothing + ": it is no PNG, JPEG, GIF or BMP")
                .contains("no such file or folder: " + folder.resolve("none.png"));
        assertThat(run("read", "--reader", reader.toString(), nothing.toString()))
                .isEqualTo(ExitCodes.WRONG_USE);
        assertThat(err.toString()).contains(reader + " is refused by ONNX Runtime");
        assertThat(List.of(out.toString())).allMatch(String::isEmpty);
    }
}
