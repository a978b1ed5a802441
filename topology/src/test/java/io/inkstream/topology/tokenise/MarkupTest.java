package io.inkstream.topology.tokenise;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.PenMarkKind;
import java.util.Arrays;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {
    @ParameterizedTest
    @CsvSource({
        "a __b c__ d, a b c d, UNDERLINE 2-5",
        "~~x~~, x, STRIKE 0-1",
        "##no##yes, noyes, SCRIBBLE 0-2",
        "__a ~~b~~ c__, a b c, 'STRIKE 2-3, UNDERLINE 0-5'",
        "__a__ __b__, a b, 'UNDERLINE 0-1, UNDERLINE 2-3'",
        "h__e__llo, hello, UNDERLINE 1-2",
    })
    void signsAroundATextMarkIt(String written, String text, String spans) {
        Markup markup = Markup.parse(written);

        assertThat(markup.text()).isEqualTo(text);
        assertThat(markup.spans().stream()
                        .map(span -> span.kind() + " " + span.from() + "-" + span.to())
                        .collect(Collectors.joining(", ")))
                .isEqualTo(spans);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "____",
                "Name: ______",
                "a __ b __ c",
                "__open",
                "close__",
                "_one_",
                "~~~three~~~",
                "__a\nb__",
                "__a\fb__",
                "#",
                "##",
                "~~ ~~",
                "",
                "__ a__",
            })
    void whatMarksNothingIsDrawnAsItStands(String text) {
        Markup markup = Markup.parse(text);

        assertThat(markup.text()).isEqualTo(text);
        assertThat(markup.spans()).isEmpty();
        assertThat(markup.offsets()).isEqualTo(Markup.none(text).offsets());
    }

    /** One that begins within another and would end outside of it would have no place to be drawn by itself. */
    @Test
    void marksThatCrossAreNotBothTaken() {
        Markup markup = Markup.parse("__a ~~b__ c~~");

        assertThat(markup.text()).isEqualTo("a ~~b c~~");
        assertThat(markup.spans()).containsExactly(new Markup.Span(PenMarkKind.UNDERLINE, 0, 5));
    }

    @Property
    void whateverIsWrittenOffsetsLeadBackToIt(
            @ForAll
                    @StringLength(max = 40)
                    @CharRange(from = '_', to = '_')
                    @CharRange(from = '~', to = '~')
                    @CharRange(from = '#', to = '#')
                    @CharRange(from = 'a', to = 'b')
                    @CharRange(from = ' ', to = ' ')
                    @CharRange(from = '\n', to = '\n')
                    String written) {
        Markup markup = Markup.parse(written);

        int[] offsets = markup.offsets();
        assertThat(offsets).hasSize(markup.text().length() + 1);
        assertThat(offsets[markup.text().length()]).isEqualTo(written.length());
        for (int i = 0; i < markup.text().length(); i++) {
            assertThat(written.charAt(offsets[i])).isEqualTo(markup.text().charAt(i));
        }
        assertThat(Arrays.stream(offsets).toArray()).isSorted().doesNotHaveDuplicates();
        assertThat(markup.spans())
                .allMatch(span -> span.from() < span.to()
                        && !markup.text().substring(span.from(), span.to()).contains("\n"));
        assertThat(written.length() - markup.text().length())
                .as("each mark takes its four signs away")
                .isEqualTo(4 * markup.spans().size());
    }
}
