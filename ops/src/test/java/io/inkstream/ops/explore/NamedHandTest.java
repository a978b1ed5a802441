package io.inkstream.ops.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NamedHandTest {
    private static Manifest model;

    @BeforeAll
    static void readModel() throws Exception {
        Manifest shipped = ModelFiles.parse(Files.readAllBytes(Path.of("../trainer/models/inkstream-base-5.zip")))
                .manifest();
        List<StyleSpec> styles = new ArrayList<>(shipped.styles());
        styles.add(new StyleSpec("odd:7", "", new float[0], 0, 0, 0, .13, .2, 1, .8));
        model = shipped.withStyles(styles);
    }

    @Test
    void aStyleAloneIsItsSeedNought() {
        assertThat(NamedHand.parse("neat", model)).isEqualTo(new NamedHand("neat", 0));
    }

    @Test
    void aSeedFollowsAColon() {
        assertThat(NamedHand.parse("natural:12", model)).isEqualTo(new NamedHand("natural", 12));
        assertThat(NamedHand.parse("natural:-3", model)).isEqualTo(new NamedHand("natural", -3));
    }

    @Test
    void aNameMayHaveAColonItself() {
        assertThat(NamedHand.parse("odd:7", model)).isEqualTo(new NamedHand("odd:7", 0));
        assertThat(NamedHand.parse("odd:7:5", model)).isEqualTo(new NamedHand("odd:7", 5));
    }

    @Test
    void whatIsNoStyleIsRefusedWithThoseThereAre() {
        for (String wrong : List.of("fancy", "fancy:3", "neat:three", "neat:", ":3", "neat:99999999999999999999")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NamedHand.parse(wrong, model))
                    .withMessageContaining("'" + wrong + "'")
                    .withMessageContaining("slanted");
        }
    }
}
