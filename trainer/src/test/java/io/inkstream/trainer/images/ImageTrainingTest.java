package io.inkstream.trainer.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.dataset.PictureScale;
import io.inkstream.trainer.dataset.SampleSet;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTrainingTest {
    private static final ImageTraining.Plan SHORT = new ImageTraining.Plan(4, 4, 4, 3);

    private final List<TrainingEvent> events = new ArrayList<>();

    @TempDir
    private Path folder;

    /** Coloured discs on white, of other sizes and places. */
    private Path discs(int count) throws IOException {
        Path images = Files.createDirectories(folder.resolve("images").resolve("round"));
        for (int i = 0; i < count; i++) {
            BufferedImage picture = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = picture.createGraphics();
            pen.setColor(Color.WHITE);
            pen.fillRect(0, 0, 60, 40);
            pen.setColor(new Color(20 * (i % 5), 0, 60));
            pen.fillOval(20 + i % 3, 8 + i % 4, 18, 18);
            pen.dispose();
            ImageIO.write(
                    picture,
                    i % 2 == 0 ? "png" : "jpg",
                    images.resolve("disc-" + i).toFile());
        }
        return images.getParent();
    }

    private Optional<byte[]> train(String name, Path images, ImageTraining.Plan plan, BooleanSupplier stopping)
            throws Exception {
        return new ImageTraining(folder.resolve(name), events::add, stopping, InstantSource.system(), System::nanoTime)
                .train(ImageFolder.read(images, PictureScale.CROP), PictureScale.CROP, plan);
    }

    @Test
    void aTrainingThatIsStoppedGoesOnToTheSamePictures() throws Exception {
        Path images = discs(13);
        byte[] whole = train("whole", images, SHORT, () -> false).orElseThrow();
        assertThat(events)
                .anySatisfy(event -> assertThat(event.getSampleGridPng()).isNotNull());
        byte[] parts = null;
        int[] asked = new int[1];
        for (int tries = 0; parts == null && tries < 10; tries++) {
            asked[0] = 0;
            parts = train("parts", images, SHORT, () -> asked[0]++ == 1).orElse(null);
        }

        assertThat(parts).isEqualTo(whole);
        BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(whole));
        assertThat(sheet.getWidth()).isGreaterThan(2 * sheet.getHeight());
        assertThatThrownBy(() -> train("whole", images, new ImageTraining.Plan(5, 4, 4, 3), () -> false))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("by another plan");
    }

    @Test
    void whatCannotBeReadIsNamedCountedAndLeftOutAndTooFewAreRefused() throws Exception {
        Path images = discs(12);
        Files.write(images.resolve("broken.png"), new byte[] {1, 2, 3});
        Files.writeString(images.resolve("notes.txt"), "no image");
        Files.writeString(images.resolve(".hidden"), "none of anybody's business");

        ImageFolder read = ImageFolder.read(images, PictureScale.CROP);
        assertThat(read.files()).hasSize(12);
        assertThat(read.faults()).isEqualTo(2);
        assertThat(read.faulty()).hasSize(2).anySatisfy(fault -> assertThat(fault)
                .contains("broken.png"));
        assertThatThrownBy(() -> ImageFolder.read(images, PictureScale.NONE))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("has 0 images that can be read and 14 other files")
                .hasMessageContaining("broken.png");
        Path none = Files.createDirectories(folder.resolve("none"));
        assertThatThrownBy(() -> ImageFolder.read(none, PictureScale.CROP))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("has 0 images");
    }

    @Test
    void everyEpochHasEachImageOnceInAnotherOrderAndAStreamGoesOnWhereOneWas() throws Exception {
        List<Path> files = greys(20);
        List<Integer> all = given(files, 0, 60);

        assertThat(all.subList(0, 20)).doesNotHaveDuplicates().isNotEqualTo(all.subList(20, 40));
        assertThat(Set.copyOf(all.subList(20, 40))).isEqualTo(new HashSet<>(all.subList(0, 20)));
        assertThat(given(files, 0, 60)).isEqualTo(all);
        assertThat(given(files, 33, 27)).isEqualTo(all.subList(33, 60));
    }

    @Test
    void imagesThatVanishArePassedOverAndWhenAllAreGoneItSaysSo() throws Exception {
        List<Path> files = greys(3);
        Files.delete(files.get(1));
        assertThat(given(files, 0, 4)).doesNotContain(40);
        Files.delete(files.get(0));
        Files.delete(files.get(2));
        try (ImageStream stream = new ImageStream(files, PictureScale.NONE, 1, 0)) {
            assertThatThrownBy(stream::get)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("none of the 3 images");
        }
    }

    /** Even images, the i-th of ink 30 + 10 i. */
    private List<Path> greys(int count) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
            for (int pixel = 0; pixel < SampleSet.PIXELS; pixel++) {
                picture.getRaster().setSample(pixel % 28, pixel / 28, 0, 255 - 30 - 10 * i);
            }
            Path file = folder.resolve("grey-" + i + ".png");
            ImageIO.write(picture, "png", file.toFile());
            files.add(file);
        }
        return files;
    }

    private static List<Integer> given(List<Path> files, long from, int count) {
        List<Integer> ink = new ArrayList<>();
        try (ImageStream stream = new ImageStream(files, PictureScale.NONE, 5, from)) {
            for (int i = 0; i < count; i++) {
                ink.add(stream.get()[0] & 0xff);
            }
        }
        return ink;
    }
}
