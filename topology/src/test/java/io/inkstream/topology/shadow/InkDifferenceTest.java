package io.inkstream.topology.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class InkDifferenceTest {
    private static final double EXACT = 1e-12;

    @Test
    void equalDrawingsDoNotDiffer() throws Exception {
        byte[] png = png(20, 10, 3, 4, 5, 2, Color.BLACK);

        assertThat(InkDifference.between(png, 6, png, 6)).isZero();
    }

    @Test
    void inkOfOneOnlyCountsByItsShareOfTheImage() throws Exception {
        byte[] blank = png(20, 10, 0, 0, 0, 0, Color.BLACK);

        assertThat(InkDifference.between(blank, 6, png(20, 10, 3, 4, 5, 2, Color.BLACK), 6))
                .isEqualTo(10.0 / 200, within(EXACT));
        assertThat(InkDifference.between(blank, 6, png(20, 10, 0, 0, 20, 10, new Color(155, 155, 155)), 6))
                .isEqualTo(100.0 / 255, within(EXACT));
    }

    @Test
    void theWiderImageIsTheMeasureAndWhatTheNarrowerLacksIsPaper() throws Exception {
        byte[] narrow = png(10, 10, 0, 0, 10, 10, Color.BLACK);
        byte[] wide = png(40, 10, 0, 0, 40, 10, Color.BLACK);

        assertThat(InkDifference.between(narrow, 6, wide, 6)).isEqualTo(0.75, within(EXACT));
        assertThat(InkDifference.between(wide, 6, narrow, 6)).isEqualTo(0.75, within(EXACT));
    }

    @Test
    void drawingsLieBaselineOnBaseline() throws Exception {
        byte[] high = png(20, 10, 3, 2, 5, 2, Color.BLACK);
        byte[] low = png(20, 10, 3, 5, 5, 2, Color.BLACK);

        assertThat(InkDifference.between(high, 4.2, low, 7.1)).isZero();
        assertThat(InkDifference.between(high, 4, low, 4)).isEqualTo(20.0 / 200, within(EXACT));
        assertThat(InkDifference.between(high, 7, low, 4)).isEqualTo(20.0 / (20 * 13), within(EXACT));
    }

    @Test
    void whatIsNoPngIsSaid() {
        byte[] png = new byte[] {1, 2, 3};

        assertThatThrownBy(() -> InkDifference.between(png, 0, png, 0))
                .isInstanceOf(IOException.class)
                .hasMessage("the image is not a PNG");
    }

    @Test
    void lookAlikesAreThoseThatOnlyTheLineTellsApart() {
        assertThat(LookAlikes.areAlike("o", "0")).isTrue();
        assertThat(LookAlikes.areAlike("C", "c")).isTrue();
        assertThat(LookAlikes.areAlike("a", "a")).isTrue();
        assertThat(LookAlikes.areAlike("a", "A")).isFalse();
        assertThat(LookAlikes.areAlike("o", "")).isFalse();
    }

    private static byte[] png(int width, int height, int x, int y, int inkWidth, int inkHeight, Color ink)
            throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                boolean isInk = column >= x && column < x + inkWidth && row >= y && row < y + inkHeight;
                image.getRaster().setSample(column, row, 0, isInk ? ink.getRed() : 255);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
