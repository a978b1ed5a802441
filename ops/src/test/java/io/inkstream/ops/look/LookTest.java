package io.inkstream.ops.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.compositing.GreyImage;
import java.awt.geom.Point2D;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookTest {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 64;
    /** Blocks of ink, as wide and as far apart as letters are. */
    private static final List<Box> GLYPHS =
            List.of(new Box(4, 12, 21, 37), new Box(40, 26, 15, 16), new Box(90, 8, 30, 45), new Box(360, 30, 36, 20));

    private static GreyImage line(List<Box> inked) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        Arrays.fill(pixels, (byte) 255);
        for (Box box : inked) {
            for (int y = box.top(); y < box.bottom(); y++) {
                Arrays.fill(pixels, y * WIDTH + box.left(), y * WIDTH + box.right(), (byte) 0);
            }
        }
        return new GreyImage(WIDTH, HEIGHT, pixels);
    }

    /** The box of what is darker than halfway to paper. */
    private static Box inkOf(GreyImage picture) {
        return darker(picture, 128);
    }

    private static Box darker(GreyImage picture, int grey) {
        Box ink = null;
        for (int y = 0; y < picture.heightPx(); y++) {
            for (int x = 0; x < picture.widthPx(); x++) {
                if ((picture.pixels()[y * picture.widthPx() + x] & 0xff) < grey) {
                    ink = ink == null ? new Box(x, y, 1, 1) : ink.with(new Box(x, y, 1, 1));
                }
            }
        }
        assertThat(ink).as("ink in the picture").isNotNull();
        return ink;
    }

    @Test
    void theInkOfEachGlyphIsInItsMovedBoxAndFillsIt() {
        for (double degrees : List.of(-3.0, -.4, 0.0, 1.0, 2.9)) {
            Look askew = Look.of(Degradation.SKEW, degrees);
            for (Box glyph : GLYPHS) {
                Looked looked = askew.on(line(List.of(glyph)), 1);
                Box moved = looked.motion().box(glyph);
                Box ink = inkOf(looked.picture());

                assertThat(moved.with(ink)).as(degrees + " degrees").isEqualTo(moved);
                // The corners of a turned block are sharper than pixels: what is missing there is less than two of
                // them.
                assertThat(ink.left() - moved.left()).isBetween(0, 2);
                assertThat(ink.top() - moved.top()).isBetween(0, 2);
                assertThat(moved.right() - ink.right()).isBetween(0, 2);
                assertThat(moved.bottom() - ink.bottom()).isBetween(0, 2);
            }
        }
    }

    @Test
    void thePictureGrowsSoThatNothingIsCutOff() {
        long ink = black(line(GLYPHS));
        for (double degrees : List.of(-3.0, 3.0)) {
            Looked looked = Look.of(Degradation.SKEW, degrees).on(line(GLYPHS), 1);

            assertThat(looked.picture().heightPx()).isGreaterThan(HEIGHT + 15);
            assertThat((double) black(looked.picture())).isBetween(.98 * ink, 1.02 * ink);
        }
    }

    private static long black(GreyImage picture) {
        long sum = 0;
        for (byte pixel : picture.pixels()) {
            sum += 255 - (pixel & 0xff);
        }
        return sum;
    }

    @Test
    void aThickerPenReachesAsFarAsItsBoxesSay() {
        Box glyph = GLYPHS.get(1);
        Looked looked = Look.of(Degradation.PEN, 1.5).on(line(List.of(glyph)), 1);

        assertThat(looked.motion().box(glyph)).isEqualTo(new Box(38, 24, 19, 20));
        assertThat(darker(looked.picture(), 255)).isEqualTo(new Box(38, 24, 19, 20));
        assertThat(inkOf(Look.of(Degradation.PEN, -.7)
                        .on(line(List.of(glyph)), 1)
                        .picture()))
                .isEqualTo(new Box(41, 27, 13, 14));
    }

    @Test
    void placesMoveAsPixelsDo() {
        Looked looked = Look.of(Degradation.SKEW, 2).on(line(GLYPHS), 1);
        Box right = GLYPHS.get(3);
        Box moved = looked.motion().box(right);
        Point2D foot = looked.motion().point(right.right(), right.bottom());

        // Turned clockwise, the lower right corner is the lowest, and no further right than the upper one.
        assertThat(foot.getY()).isBetween(moved.bottom() - 1.0, (double) moved.bottom());
        assertThat(foot.getX()).isLessThan(moved.right());
    }

    @Test
    void equalPicturesAndSeedsGiveEqualBytesAndOtherSeedsDoNot() {
        for (Degradation degradation : Degradation.values()) {
            Look look = new Look("one", "", List.of(new Look.Step(degradation, degradation.range())));
            byte[] first = look.on(line(GLYPHS), 7).picture().pixels();

            assertThat(look.on(line(GLYPHS), 7).picture().pixels())
                    .as(degradation.id())
                    .isEqualTo(first);
            if (degradation != Degradation.BILEVEL && degradation != Degradation.JPEG) {
                assertThat(look.on(line(GLYPHS), 8).picture().pixels())
                        .as(degradation.id())
                        .isNotEqualTo(first);
            }
        }
        for (Look look : Look.presets()) {
            assertThat(look.on(line(GLYPHS), 7).picture().pixels())
                    .as(look.name())
                    .isEqualTo(look.on(line(GLYPHS), 7).picture().pixels());
        }
    }

    @Test
    void aPictureIsLeftAsItWasAndCleanChangesNothing() {
        GreyImage line = line(GLYPHS);
        for (Look look : Look.presets()) {
            look.on(line, 3);
        }

        assertThat(line.pixels()).isEqualTo(line(GLYPHS).pixels());
        assertThat(Look.CLEAN.on(line, 3).picture().pixels()).isEqualTo(line.pixels());
        assertThat(Look.CLEAN.on(line, 3).motion().box(GLYPHS.get(0))).isEqualTo(GLYPHS.get(0));
    }

    @Test
    void theSmallestPictureMayHaveEveryLook() {
        GreyImage dot = new GreyImage(1, 1, new byte[1]);
        for (Degradation degradation : Degradation.values()) {
            for (double share : List.of(0.0, .5, 1.0)) {
                Look look = Look.of(degradation, degradation.range().at(share));
                assertThat(look.on(dot, 1).motion().box(new Box(0, 0, 1, 1)).left())
                        .isZero();
            }
        }
        for (Look look : Look.presets()) {
            assertThat(look.on(dot, 1).picture().widthPx()).isPositive();
        }
    }

    @Test
    void eachDegradationDoesWhatItSays() {
        GreyImage line = line(GLYPHS);
        long before = black(line);

        assertThat(black(Look.of(Degradation.FADE, .7).on(line, 1).picture())).isBetween(before / 5, before * 3 / 4);
        assertThat(black(Look.of(Degradation.BLEED, .9).on(line, 1).picture())).isGreaterThan(before * 21 / 20);
        assertThat(black(Look.of(Degradation.BLUR, 2).on(line, 1).picture())).isBetween(before * 95 / 100, before);
        assertThat(black(Look.of(Degradation.SHADOW, .5).on(line, 1).picture())).isGreaterThan(before * 11 / 10);
        assertThat(paper(Look.of(Degradation.TEXTURE, 30).on(line, 1).picture()))
                .isBetween(225, 250);
        assertThat(paper(Look.of(Degradation.RULED, .5).on(line, 1).picture())).isLessThan(254);
        assertThat(Look.of(Degradation.BILEVEL, 150)
                        .on(Look.of(Degradation.NOISE, 30).on(line, 1).picture(), 1)
                        .picture()
                        .pixels())
                .containsOnly(0, 255);
        assertThat(Look.of(Degradation.JPEG, 80).on(line, 1).picture().pixels()).isNotEqualTo(line.pixels());
    }

    /** The mean grey where there is no ink. */
    private static int paper(GreyImage picture) {
        long sum = 0;
        int count = 0;
        for (int y = 0; y < 64; y++) {
            for (int x = 150; x < 350; x++) {
                sum += picture.pixels()[y * picture.widthPx() + x] & 0xff;
                count++;
            }
        }
        return (int) (sum / count);
    }

    @Test
    void namesAndRangesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Look.named("polaroid"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no look is called 'polaroid'; there are clean, scan, photo, fax");
        assertThatThrownBy(() -> Look.of(Degradation.SKEW, 30))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("skew goes from");
        assertThatThrownBy(() -> new Range(1, 0)).isInstanceOf(IllegalArgumentException.class);
        for (Degradation degradation : Degradation.values()) {
            for (double share = 0; share <= 1; share += .05) {
                Look.of(degradation, degradation.range().at(share)); // a share is never outside of the range
            }
        }
    }
}
