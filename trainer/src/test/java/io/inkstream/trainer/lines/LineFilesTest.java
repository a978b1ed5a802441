package io.inkstream.trainer.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFilesTest {
    private static final LineFiles.Wanted ALL = new LineFiles.Wanted(1, 100, 1);
    private static final String STROKES = "\"strokes\":[[[0,0],[1,9],[4,0],[8,9],[12,0],[30,8]]]";

    @TempDir
    private Path folder;

    @Test
    void strokesAreDrawnAndGoByTheirFilesName() throws Exception {
        Files.writeString(folder.resolve("train-lines.jsonl"), "{\"t\":\" a  b \",\"w\":1," + STROKES + "}\n");
        Files.writeString(
                folder.resolve("test-lines.jsonl"),
                "{\"t\":\"c\",\"w\":2," + STROKES + "}\nnonsense\n{\"c\":\"x\"," + STROKES + "}\n");

        LineFiles files = LineFiles.read(List.of(folder), ALL);

        assertThat(files.train())
                .extracting(LineSample::text, LineSample::writer)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("a b", "1"));
        assertThat(files.test()).extracting(LineSample::text).containsExactly("c");
        assertThat(files.faulty()).isEqualTo(1);
        assertThat(files.faults())
                .singleElement()
                .asString()
                .contains("test-lines.jsonl")
                .contains("line 2");
        assertThat(LineFiles.read(List.of(folder), new LineFiles.Wanted(2, 9, 1))
                        .test())
                .isEmpty();
    }

    @Test
    void picturesAreReadAndWhatIsNoneIsNamedCountedAndLeftOut() throws Exception {
        ImageIO.write(
                line(Color.WHITE, Color.BLUE), "png", folder.resolve("a.png").toFile());
        ImageIO.write(
                line(Color.BLACK, Color.YELLOW), "png", folder.resolve("b.png").toFile());
        ImageIO.write(
                line(Color.WHITE, Color.WHITE), "png", folder.resolve("c.png").toFile());
        Files.writeString(folder.resolve("d.png"), "no picture");
        Path boxes = folder.resolve("boxes.jsonl");
        Files.writeString(boxes, """
                {"file":"a.png","text":"one","provenance":{"style":"natural","seed":1}}
                {"file":"b.png","text":"two","provenance":{"style":"natural","seed":1}}
                {"file":"c.png","text":"blank"}
                {"file":"d.png","text":"broken"}
                {"file":"../e.png","text":"elsewhere"}
                {"file":"f.png","text":"missing"}
                {"text":"nameless"}
                {"file":"/","text":"root"}
                {"file":"a\\u0000","text":"zero"}
                {"file":"..","text":"up"}
                {
                """);

        LineFiles files = LineFiles.read(List.of(folder), ALL);

        List<LineSample> found = files.train().isEmpty() ? files.test() : files.train();
        assertThat(found).extracting(LineSample::text).containsExactly("one", "two");
        assertThat(found.get(0).view().ink())
                .as("light on dark is the same line")
                .isEqualTo(found.get(1).view().ink());
        assertThat(files.unfit()).isEqualTo(1);
        assertThat(files.faulty()).isEqualTo(8);
        assertThat(files.faults())
                .allSatisfy(fault -> assertThat(fault).startsWith(boxes + ": line "))
                .anyMatch(fault -> fault.endsWith("line 4: it is no PNG, JPEG, GIF or BMP"));
    }

    @Test
    void theNearestNameDecidesAndValidationIsLeftAlone() throws Exception {
        for (String name : List.of("train/a", "val/b", "test/c")) {
            Path file = folder.resolve("test-run").resolve(name).resolve("lines.jsonl");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "{\"t\":\"" + name.charAt(name.length() - 1) + "\",\"w\":1," + STROKES + "}\n");
        }

        LineFiles all = LineFiles.read(List.of(folder.resolve("test-run")), ALL);
        assertThat(all.train()).extracting(LineSample::text).containsExactly("a");
        assertThat(all.test()).extracting(LineSample::text).containsExactly("c");
        assertThat(LineFiles.read(List.of(folder.resolve("test-run/test/c")), ALL)
                        .train())
                .as("a folder that is named itself is not asked beyond its own name")
                .hasSizeLessThanOrEqualTo(1);
        assertThat(LineFiles.read(List.of(folder.resolve("test-run/test")), ALL).test())
                .extracting(LineSample::text)
                .containsExactly("c");
    }

    @Test
    void aStraightStrokeIsNoLine() throws Exception {
        Files.writeString(
                folder.resolve("train.jsonl"),
                "{\"t\":\"-\",\"w\":1,\"strokes\":[[[0,0.01],[21.75,0.01],[43.5,0.01]]]}\n");

        assertThat(LineFiles.read(List.of(folder), ALL).unfit()).isEqualTo(1);
    }

    @Test
    void aPathThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> LineFiles.read(List.of(folder.resolve("none")), ALL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such file or folder: " + folder.resolve("none"));
    }

    private static BufferedImage line(Color paper, Color ink) {
        BufferedImage image = new BufferedImage(300, 80, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(paper);
        graphics.fillRect(0, 0, 300, 80);
        graphics.setColor(ink);
        graphics.setStroke(new BasicStroke(4));
        graphics.drawLine(30, 60, 60, 20);
        graphics.drawLine(100, 20, 130, 60);
        graphics.drawLine(180, 40, 260, 42);
        graphics.dispose();
        return image;
    }
}
