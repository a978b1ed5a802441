package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFileTest {
    @TempDir
    private Path folder;

    /** White, with a black rectangle. */
    private Path picture(int width, int height, int left, int top, int wide, int tall) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, width, height);
        pen.setColor(Color.BLACK);
        pen.fillRect(left, top, wide, tall);
        pen.dispose();
        Path file = folder.resolve(width + "x" + height + ".png");
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }

    private static int at(byte[] image, int x, int y) {
        return image[y * 28 + x] & 0xff;
    }

    @Test
    void cropTakesTheMiddleSquareAndFitTheWhole() throws Exception {
        Path wide = picture(112, 56, 28, 0, 56, 56); // the middle square is black

        byte[] crop = PictureFile.read(wide, PictureScale.CROP);
        assertThat(crop).containsOnly(0);
        byte[] fit = PictureFile.read(wide, PictureScale.FIT);
        assertThat(at(fit, 14, 14)).isZero();
        assertThat(at(fit, 14, 6)).as("paper above it").isEqualTo(255);
        assertThat(at(fit, 6, 14)).as("its own white").isEqualTo(255);
        assertThat(at(fit, 7, 7)).isZero();
        assertThat(at(fit, 20, 20)).isZero();
        assertThat(at(fit, 21, 21)).isEqualTo(255);
    }

    /** A cell of such a picture covers some thousand million pixels, of which nearly all are outside. */
    @Test
    void aLongThinPictureIsALineOnPaper() throws Exception {
        byte[] fit = PictureFile.read(picture(1_000_000, 1, 0, 0, 1_000_000, 1), PictureScale.FIT);

        assertThat(fit).contains((byte) 255);
        assertThat(at(fit, 14, 2)).isEqualTo(255);
    }

    @Test
    void pixelsAreMeansOfWhatTheyCoverAndSmallPicturesAreMadeLarger() throws Exception {
        byte[] half = PictureFile.read(picture(56, 56, 0, 0, 1, 56), PictureScale.FIT);
        assertThat(at(half, 0, 9)).isBetween(127, 128);
        assertThat(at(half, 1, 9)).isEqualTo(255);

        byte[] large = PictureFile.read(picture(2, 2, 0, 0, 1, 2), PictureScale.CROP);
        assertThat(at(large, 13, 5)).isZero();
        assertThat(at(large, 14, 5)).isEqualTo(255);
        byte[] line = PictureFile.read(picture(200, 1, 0, 0, 200, 1), PictureScale.FIT);
        assertThat(at(line, 0, 0)).isEqualTo(255);
    }

    @Test
    void aPictureOfManyPixelsIsReadInSteps() throws Exception {
        byte[] image = PictureFile.read(picture(3000, 2400, 0, 0, 1500, 2400), PictureScale.CROP);
        assertThat(at(image, 3, 14)).isZero();
        assertThat(at(image, 24, 14)).isEqualTo(255);
    }

    @Test
    void otherSizesAndOtherFilesAreRefusedInWords() throws Exception {
        Path file = picture(30, 20, 0, 0, 1, 1);
        assertThatThrownBy(() -> PictureFile.read(file, PictureScale.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("30 x 20 pixels; only 28 x 28 is imported")
                .hasMessageContaining("--scale fit");
        Path text = Files.writeString(folder.resolve("notes.png"), "no image");
        assertThatThrownBy(() -> PictureFile.read(text, PictureScale.CROP))
                .hasMessageContaining("no image that is known here");
        byte[] bytes = Files.readAllBytes(picture(40, 40, 0, 0, 20, 20));
        Path cut = Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> PictureFile.read(cut, PictureScale.CROP))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a readable image");
    }
}
