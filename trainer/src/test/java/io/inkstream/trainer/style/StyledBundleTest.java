package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.Untrained;
import io.inkstream.trainer.dataset.CharacterClasses;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StyledBundleTest {
    private static final StyleFinder.Config QUICK = new StyleFinder.Config(36, 1, 1, .8, .2, 1);

    private static ModelBundle untrained() {
        return Untrained.bundle(CharacterClasses.PRINTABLE_ASCII.characters(), Map.of("seed", "1"));
    }

    @Test
    void aModelGetsStylesOfItsOwnAndIsOtherwiseTheSame() throws InvalidBundleException {
        ModelBundle before = untrained();
        StyledBundle styled = StyledBundle.of(before, QUICK);

        ModelBundle after = ModelBundle.parse(styled.bundle().toBytes(), 1 << 26);
        assertThat(after.manifest().styles())
                .extracting(StyleSpec::name)
                .startsWith("natural")
                .contains("neat", "slanted", "fine", "felt");
        assertThat(after.manifest().styles())
                .filteredOn(style -> !style.hasManyWriters())
                .hasSizeGreaterThan(8)
                .allSatisfy(style ->
                        assertThat(style.latent()).hasSize(after.manifest().styleSize()));
        assertThat(after.manifest().classes()).isEqualTo(before.manifest().classes());
        assertThat(after.generatorOnnx()).isEqualTo(before.generatorOnnx());
        assertThat(after.card()).isEqualTo(before.card());
        assertThat(after.manifest().provenance()).containsEntry("seed", "1").containsEntry("styles", QUICK.toString());
        assertThat(styled.picture().getHeight() % styled.styles().size()).isZero();
    }

    @Test
    void networksThatAreNoneAreRefusedByName() {
        ModelBundle good = untrained();
        ModelBundle bad = new ModelBundle(good.manifest(), good.generatorOnnx(), new byte[] {1, 2}, good.card());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StyledBundle.of(bad, QUICK))
                .withMessageContaining("reader");
    }
}
