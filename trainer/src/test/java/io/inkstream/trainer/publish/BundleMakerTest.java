package io.inkstream.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.style.Typography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleMakerTest {
    private static final ModelId ID = ModelId.parse("hand:2");

    @Test
    void bundleNamesEveryCharacterInTheOrderOfTheGeneratorsLabels() {
        Manifest manifest = make(TrainedModels.over("ba!", 10)).manifest();

        assertThat(manifest.classes()).extracting(ClassSpec::character).containsExactly("b", "a", "!");
    }

    @Test
    void everyPrintableCharacterHasPlausibleMetrics() {
        Manifest manifest = make(TrainedModels.printableAscii(10)).manifest();

        assertThat(manifest.classes()).hasSize(94).allSatisfy(spec -> {
            assertThat(spec.height()).isBetween(0.0, 3.0);
            assertThat(spec.width()).isBetween(0.0, 2.5);
            assertThat(spec.bottom()).isBetween(-1.5, 2.0);
            assertThat(spec.heightLogSd()).isPositive();
            assertThat(spec.widthLogSd()).isPositive();
            assertThat(spec.slantFactor()).isBetween(0.0, 1.0);
            assertThat(spec.lookalikes()).contains(spec.character());
        });
    }

    @Test
    void lettersStandWhereTheyShould() {
        Map<String, ClassSpec> of = make(TrainedModels.printableAscii(10)).manifest().classes().stream()
                .collect(Collectors.toMap(ClassSpec::character, Function.identity()));

        assertThat(of.get("x").bottom()).isCloseTo(0, within(0.1));
        assertThat(of.get("g").bottom()).isLessThan(-0.8);
        assertThat(of.get("d").height()).isGreaterThan(1.6);
        assertThat(of.get("'").bottom()).isGreaterThan(1);
        assertThat(of.get(".").penFactor()).isGreaterThan(1);
        assertThat(of.get("i").pieces()).isEqualTo(2);
        assertThat(of.get("8").holes()).isEqualTo(2);
        assertThat(of.get("#").holes()).isEqualTo(-1);
        assertThat(of.get(",").lookalikes()).isEqualTo("',/)");
        assertThat(of.get("\"").lookalikes()).isEqualTo("\"");
    }

    @Test
    void defaultStyleComesFirst() {
        assertThat(make(TrainedModels.printableAscii(10)).manifest().styles())
                .extracting(StyleSpec::name)
                .startsWith("natural")
                .contains("neat", "slanted", "fine", "felt")
                .doesNotHaveDuplicates();
    }

    /** A newly trained model writes as unevenly, and as joined, as the one that is shipped. */
    @Test
    void classesAndDefaultStyleAreThoseOfTheShippedModel() throws Exception {
        Manifest shipped = ModelBundle.parse(Files.readAllBytes(Path.of("models", "inkstream-base-5.zip")), 1 << 26)
                .manifest();

        assertThat(ofManyWriters(shipped.styles()))
                .extracting(StyleSpec::name)
                .containsExactly("natural", "hasty", "various");
        assertThat(Typography.standard().styles()).containsAll(ofManyWriters(shipped.styles()));
        assertThat(shipped.classes())
                .containsExactlyInAnyOrderElementsOf(
                        Typography.standard().classes().values());
        assertThat(joining(Typography.standard().styles())).hasSize(4).isEqualTo(joining(shipped.styles()));
    }

    private static List<StyleSpec> ofManyWriters(List<StyleSpec> styles) {
        return styles.stream().filter(StyleSpec::hasManyWriters).toList();
    }

    private static Map<String, StyleSpec.Said> joining(List<StyleSpec> styles) {
        return styles.stream()
                .skip(1)
                .filter(style -> style.traits().containsKey("joining"))
                .collect(Collectors.toMap(
                        StyleSpec::name, style -> style.traits().get("joining")));
    }

    @Test
    void bundleQuotesBothStatementsOnUnipenAndNamesSourcesItDoesNotKnow() {
        List<String> sources = make(TrainedModels.printableAscii(10)).manifest().dataSources();

        assertThat(sources).hasSize(3);
        assertThat(sources.get(0)).startsWith("emnist: ").contains("NIST Special Database 19");
        assertThat(sources.get(1)).startsWith("mine: ").contains("terms not recorded");
        assertThat(sources.get(2)).startsWith("unipen: ").contains("CC BY 4.0", "for commercial purposes");
    }

    @Test
    void sizesOfCharactersThatNobodyMeasuredAreEstimatedByThoseTheyAreComposedOf() {
        Map<String, ClassSpec> of = make(TrainedModels.over("aoOAéÉọ́çλΩЖб中", 10)).manifest().classes().stream()
                .collect(Collectors.toMap(ClassSpec::character, Function.identity()));
        Map<String, ClassSpec> measured = Typography.standard().classes();

        assertThat(top(of.get("é"))).isBetween(top(measured.get("e")) + .3, top(measured.get("e")) + .7);
        assertThat(of.get("é").width()).isEqualTo(measured.get("e").width());
        assertThat(top(of.get("É"))).isGreaterThan(top(measured.get("E")) + .3);
        assertThat(top(of.get("ọ́"))).isGreaterThan(top(measured.get("o")) + .3);
        assertThat(of.get("ọ́").bottom()).isLessThan(measured.get("o").bottom() - .1);
        assertThat(of.get("ç").bottom()).isLessThan(measured.get("c").bottom() - .1);
        assertThat(of.get("б").height()).isGreaterThan(1.2);
        assertThat(of.get("Ж").height()).isBetween(1.2, 1.9);
        assertThat(of.get("λ").height()).isBetween(1.0, 2.2);
        assertThat(of.get("Ω").height()).isBetween(1.0, 2.0);
        assertThat(of.get("中").height()).isEqualTo(measured.get("O").height());
    }

    private static double top(ClassSpec spec) {
        return spec.bottom() + spec.height();
    }

    @Test
    void styleOfAnotherLatentSizeIsRefused() {
        Typography standard = Typography.standard();
        StyleSpec odd = new StyleSpec("odd", "", new float[5], 1, 0, 0, 0.13, 0.2, 1, 1);
        BundleMaker maker = new BundleMaker(new Typography(standard.classes(), List.of(odd)), DataSources.standard());

        assertThatThrownBy(() -> maker.make(ID, Optional.empty(), TrainedModels.printableAscii(10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("odd")
                .hasMessageContaining("5");
    }

    @Test
    void bundleSurvivesItsFile() throws Exception {
        ModelBundle made = BundleMaker.standard()
                .make(ID, Optional.of(ModelId.parse("hand:1")), TrainedModels.printableAscii(1000));

        ModelBundle read = ModelBundle.parse(made.toBytes(), 1 << 20);

        assertThat(read.toBytes()).isEqualTo(made.toBytes());
        assertThat(read.manifest().parent()).isEqualTo("hand:1");
    }

    @Test
    void trainedModelSurvivesItsFolder(@TempDir Path folder) throws Exception {
        TrainedModel model = TrainedModels.printableAscii(1000);
        model.write(folder);

        TrainedModel read = TrainedModel.read(folder);

        assertThat(read.training()).isEqualTo(model.training());
        assertThat(read.card()).isEqualTo(model.card());
        assertThat(read.generatorOnnx()).isEqualTo(model.generatorOnnx());
        assertThat(read.readerOnnx()).isEqualTo(model.readerOnnx());
        assertThat(read.judgeOnnx()).hasValue(new byte[] {4, 5});
    }

    @Test
    void folderWithoutAPartIsRefusedByTheNameOfThePart(@TempDir Path folder) throws Exception {
        TrainedModels.printableAscii(10).write(folder);
        Files.delete(folder.resolve("reader.onnx"));

        assertThatThrownBy(() -> TrainedModel.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reader.onnx is missing");
    }

    @Test
    void classesMatchThePrintableCharacters() {
        assertThat(Typography.standard().classes()).hasSize(CharacterClasses.PRINTABLE_ASCII.size());
    }

    private static ModelBundle make(TrainedModel model) {
        return BundleMaker.standard().make(ID, Optional.empty(), model);
    }
}
