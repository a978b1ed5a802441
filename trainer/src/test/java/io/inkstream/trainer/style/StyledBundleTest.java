package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.export.OnnxExport;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.publish.BundleMaker;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StyledBundleTest {
    private static final StyleFinder.Config QUICK = new StyleFinder.Config(36, 1, 1, .8, .2, 1);

    /** Networks that have learnt nothing: enough to see that the parts fit. */
    private static ModelBundle untrained() {
        CharacterClasses classes = CharacterClasses.PRINTABLE_ASCII;
        GeneratorShape shape = GeneratorShape.standard(classes.size());
        byte[] generator = OnnxExport.generator(Generator.untrained(shape, Streams.named(1, "generator")));
        byte[] reader = OnnxExport.reader(
                Recogniser.untrained(RecogniserShape.reader(classes.size()), Streams.named(1, "reader")));
        TrainedModel.Training training = new TrainedModel.Training(
                classes.characters(), shape.style(), shape.noise(), List.of("mine"), Map.of("seed", "1"));
        return BundleMaker.standard()
                .make(
                        ModelId.parse("untrained:1"),
                        Optional.empty(),
                        new TrainedModel(generator, reader, Optional.empty(), Map.of("cas_ratio", .1), training));
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
        assertThat(after.manifest().styles().stream().skip(1)).allSatisfy(style -> assertThat(style.latent())
                .hasSize(after.manifest().styleSize()));
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
