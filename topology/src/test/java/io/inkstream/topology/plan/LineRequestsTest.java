package io.inkstream.topology.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.Models;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.tokenise.Tokeniser;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineRequestsTest {
    private static final Version VERSION =
            Version.of(Models.announcement("base:2", Models.NOW, List.of("a", "b", "é")));

    @Test
    void anImageAsksForItselfAgain() {
        LineImage image = image("b éa", Models.layout());

        RenderLineRequest request = LineRequests.of(image, VERSION);

        assertThat(request.getGlyphsList()).containsExactly(1, -1, 2, 0);
        assertThat(request.getModel()).isEqualTo("base:2");
        assertThat(request.getStyle()).isEqualTo("neat");
        assertThat(request.getSeed()).isEqualTo(7);
        assertThat(request.getLineIndex()).isEqualTo(3);
        assertThat(LineRequests.of(image, "base:2", new Tokeniser(List.of("a", "b", "é"))))
                .isEqualTo(request);
    }

    @Test
    void aCharacterThatTheVersionLacksIsNamed() {
        LineImage image = image("abc", Models.layout());

        assertThatThrownBy(() -> LineRequests.of(image, VERSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("base:2 cannot draw 'c'");
    }

    @Test
    void anImageThatDoesNotNameItsLayoutCannotBeDrawnAgain() {
        LineImage image = image("a", null);

        assertThatThrownBy(() -> LineRequests.of(image, VERSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not name its layout");
    }

    @Test
    void aComposedGraphemeIsAskedForByItsTextAndEachOnce() {
        LineImage image = image("áb áà", Models.layout());

        RenderLineRequest request = LineRequests.of(image, VERSION);

        assertThat(request.getGlyphsList()).containsExactly(-2, 1, -1, -2, -3);
        assertThat(request.getGraphemesList()).containsExactly("á", "à");
    }

    @Test
    void anImageWhoseGlyphsAreNotThoseOfItsTextCannotBeDrawnAgain() {
        LineImage image = image("ab", Models.layout());
        image.setGlyphs(List.of(new GlyphBox("b", 0, 0, 0, 0, 0, false, null)));

        assertThatThrownBy(() -> LineRequests.of(image, VERSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not those of its text");
    }

    private static LineImage image(String text, LayoutOptions layout) {
        List<GlyphBox> glyphs = text.codePoints()
                .filter(c -> c != ' ')
                .mapToObj(c -> new GlyphBox(Character.toString(c), 0, 0, 0, 0, 0, false, null))
                .toList();
        Provenance provenance = new Provenance("base:1", "", "", "", "neat", 7L, "r1", "", layout);
        return new LineImage(
                3,
                4,
                text,
                ByteBuffer.allocate(0),
                0,
                0,
                0.0,
                glyphs,
                List.of(),
                provenance,
                "image/png",
                null,
                List.of());
    }
}
