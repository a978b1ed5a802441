package io.inkstream.schemas.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.alphabet.GlyphCodes;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class TabStopsTest {
    @Property
    void aTabGoesToAStopAndLeavesWhite(@ForAll @DoubleRange(max = 10_000) double pen) {
        double stop = TabStops.next(pen);

        assertThat(stop % TabStops.EVERY).isZero();
        assertThat(stop - pen).isBetween(.49, TabStops.EVERY + .51);
        assertThat(TabStops.next(stop)).isEqualTo(stop + TabStops.EVERY);
    }

    @Example
    void aTabIsNoGraphemeOfARequest() {
        assertThat(GlyphCodes.position(GlyphCodes.TAB)).isEqualTo(-1);
        assertThat(GlyphCodes.position(GlyphCodes.composed(3))).isEqualTo(3);
        assertThat(GlyphCodes.isSpace(GlyphCodes.TAB)).isTrue();
        assertThat(GlyphCodes.isSpace(GlyphCodes.composed(0))).isFalse();
    }
}
