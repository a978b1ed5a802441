package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class InkShapeTest {
    private static InkShape shape(float[]... lines) {
        return InkShape.of(Inks.of(lines), Inks.SIDE, Inks.SIDE);
    }

    @Test
    void piecesAndHolesAreCounted() {
        assertThat(InkShape.of(new float[9], 3, 3).pieces()).isZero();
        assertThat(InkShape.of(new float[9], 3, 3).holes()).isZero();
        assertThat(shape(new float[] {5, 5, 20, 5})).matches(s -> s.pieces() == 1 && s.holes() == 0);
        assertThat(shape(Inks.ring(14, 14, 8))).matches(s -> s.pieces() == 1 && s.holes() == 1);
        assertThat(shape(Inks.ring(14, 9, 5), Inks.ring(14, 19, 5))).matches(s -> s.pieces() == 1 && s.holes() == 2);
        assertThat(shape(new float[] {14, 12, 14, 24}, new float[] {14, 5})).matches(s -> s.pieces() == 2);
    }

    @Test
    void inkTouchesAcrossCornersAndPaperDoesNot() {
        float[] diamond = {0, 1, 0, 1, 0, 1, 0, 1, 0};
        assertThat(InkShape.of(diamond, 3, 3)).matches(s -> s.pieces() == 1 && s.holes() == 1);
    }

    @Test
    void aHoleAtTheRimIsNoHole() {
        float[] cup = {1, 0, 1, 1, 0, 1, 1, 1, 1};
        assertThat(InkShape.of(cup, 3, 3)).matches(s -> s.pieces() == 1 && s.holes() == 0);
    }

    @Test
    void inkAboveAClearRowIsTold() {
        float[] stem = {14, 12, 14, 24};
        assertThat(shape(stem, new float[] {14, 5}).above()).isBetween(.1, .4);
        assertThat(shape(new float[] {14, 4, 14, 16}, new float[] {14, 23}).above())
                .isBetween(.6, .9);
        assertThat(shape(stem, new float[] {6, 20}).above()).isZero();
        assertThat(shape(stem).above()).isZero();
    }

    @Test
    void slantIsPositiveToTheRight() {
        assertThat(shape(new float[] {14, 4, 14, 24}).slant()).isCloseTo(0, within(.01));
        assertThat(shape(new float[] {17, 4, 11, 24}).slant()).isCloseTo(.3, within(.02));
        assertThat(shape(new float[] {11, 4, 17, 24}).slant()).isCloseTo(-.3, within(.02));
    }
}
