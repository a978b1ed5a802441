package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.bundle.Manifest;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class StyleSheetTest {
    private static final int LABEL_PX = 112;
    private static final int DARK = 100;

    private final Manifest model = PaintedHands.manifest();

    private long darkPixels(String text) {
        BufferedImage sheet = new StyleSheet(model, new PaintedHands(), text).draw(1);
        long dark = 0;
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = LABEL_PX; x < sheet.getWidth(); x++) {
                dark += sheet.getRaster().getSample(x, y, 0) < DARK ? 1 : 0;
            }
        }
        return dark;
    }

    @Test
    void everyCharacterOfTheTextIsDrawn() {
        long one = darkPixels("a");

        assertThat(one).isPositive();
        assertThat(darkPixels("abcd")).isGreaterThan(3 * one);
    }

    @Test
    void charactersThatTheModelLacksAreLeftOut() {
        assertThat(darkPixels("aZ")).isEqualTo(darkPixels("a"));
    }

    @Test
    void everyStyleHasItsRow() {
        BufferedImage sheet = new StyleSheet(model, new PaintedHands(), "a").draw(1);

        assertThat(sheet.getHeight() % model.styles().size()).isZero();
    }
}
