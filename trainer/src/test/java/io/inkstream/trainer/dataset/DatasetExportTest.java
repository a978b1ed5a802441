package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.trainer.style.Typography;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetExportTest {
    private static final CharacterClasses CLASSES = CharacterClasses.PRINTABLE_ASCII;

    @TempDir
    Path folder;

    @Test
    void exportedFilesImportAsTheSameSamples() throws Exception {
        SampleSet slice = slice();
        DatasetExport.write(slice, folder, "test-");

        SampleSet back = new DatasetImporter(Typography.standard().classes())
                .open(List.of(folder), ImportOptions.DEFAULTS.withSource("slice"))
                .collect()
                .samples();

        assertThat(back.size()).isEqualTo(slice.size());
        for (int i = 0; i < slice.size(); i++) {
            assertThat(back.image(i)).isEqualTo(slice.image(i));
            assertThat(back.label(i)).isEqualTo(slice.label(i));
        }
    }

    @Test
    void sourcesAndSplitsComeBackFromTheNamesOfTheFiles() throws Exception {
        SampleSet.Builder builder = SampleSet.builder(CLASSES);
        SampleSet slice = slice();
        for (int i = 0; i < slice.size(); i++) {
            builder.add(
                    slice.image(i),
                    slice.label(i),
                    slice.writer(i),
                    slice.support(i),
                    i % 3 == 0 ? "mine" : "emnist",
                    i % 2 == 0 ? SampleSet.Split.TRAIN : SampleSet.Split.TEST);
        }
        SampleSet mixed = builder.build();
        DatasetExport.writeBySourceAndSplit(mixed, folder);

        SampleSet back = new DatasetImporter(Typography.standard().classes())
                .open(List.of(folder), ImportOptions.DEFAULTS)
                .collect()
                .samples();

        assertThat(folder.resolve("mine-test-images-idx3-ubyte.gz")).exists();
        assertThat(DatasetStatsTest.stats(back).bySplit())
                .isEqualTo(DatasetStatsTest.stats(mixed).bySplit());
        assertThat(DatasetStatsTest.stats(back).bySource())
                .isEqualTo(DatasetStatsTest.stats(mixed).bySource());
    }

    @Test
    void balancedSubsetTakesEvenlyFromSourcesAndLeavesDoubtfulSamplesOut() {
        SampleSet.Builder builder = SampleSet.builder(new CharacterClasses("ab"));
        for (int i = 0; i < 100; i++) {
            builder.add(
                    new byte[784],
                    i < 90 ? 0 : 1,
                    SampleSet.UNKNOWN_WRITER,
                    i % 10 == 0 ? 5 : 200,
                    i % 9 == 0 ? "rare" : "common",
                    SampleSet.Split.TRAIN);
        }

        SampleSet subset = new BalancedSubset(10, 4, 51, 1).of(builder.build());

        assertThat(subset.countOfClass(0)).isEqualTo(10);
        assertThat(subset.countOfClass(1)).isEqualTo(9);
        DatasetStats stats = DatasetStatsTest.stats(subset);
        assertThat(stats.doubtful()).isZero();
        assertThat(stats.bySource().get("rare").samples()).isEqualTo(6);
    }

    @Test
    void labelsAreAsciiCodesAndImagesAreUpright() throws Exception {
        SampleSet slice = slice();
        DatasetExport.write(slice, folder, "");

        IdxFiles.Images images = IdxFiles.readImages(folder.resolve("images-idx3-ubyte.gz"));
        int[] labels = IdxFiles.readBytes(folder.resolve("labels-idx1-ubyte.gz"));

        assertThat(images.image(7)).isEqualTo(slice.image(7));
        assertThat(labels[7])
                .isEqualTo(slice.classes().characterAt(slice.label(7)).codePointAt(0));
    }

    @Test
    void equalSamplesGiveEqualBytes() throws Exception {
        DatasetExport.write(slice(), folder.resolve("a"), "");
        DatasetExport.write(slice(), folder.resolve("b"), "");

        assertThat(folder.resolve("a/images-idx3-ubyte.gz"))
                .hasSameBinaryContentAs(folder.resolve("b/images-idx3-ubyte.gz"));
    }

    @Test
    void drawnGlyphsAreWrittenClassAfterClass() throws Exception {
        CharacterClasses classes = new CharacterClasses("ab");

        GlyphDrawing.write(
                classes, new GlyphDrawing.Request(70, 1, 4, 8, 1, 1), DatasetExportTest::shadeByClass, folder);

        int[] labels = IdxFiles.readBytes(folder.resolve("labels-idx1-ubyte.gz"));
        IdxFiles.Images images = IdxFiles.readImages(folder.resolve("images-idx3-ubyte.gz"));
        assertThat(labels).hasSize(140).containsOnly('a', 'b');
        assertThat(images.image(0)[0]).isZero();
        assertThat(images.image(70)[0] & 0xff).isEqualTo(255);
    }

    @Test
    void sameSeedDrawsTheSameAndEveryGlyphHasItsOwnStyleAndNoise() {
        CharacterClasses classes = new CharacterClasses("ab");
        GlyphDrawing.Request request = new GlyphDrawing.Request(65, 3, 4, 8, 1, 0.5);

        SampleSet one = GlyphDrawing.draw(classes, request, DatasetExportTest::showLatents);
        SampleSet two = GlyphDrawing.draw(classes, request, DatasetExportTest::showLatents);

        for (int i = 0; i < one.size(); i++) {
            assertThat(one.image(i)).isEqualTo(two.image(i));
        }
        assertThat(one.image(0)).isNotEqualTo(one.image(1));
    }

    @Test
    void contactSheetShowsEveryClass() throws Exception {
        byte[] png = ContactSheet.png(slice(), 3, 1);

        BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(sheet.getHeight()).isEqualTo(47 * 30);
        assertThat(sheet.getWidth()).isEqualTo(2 * 3 * 30 + 12);
        for (int row = 0; row < 47; row++) {
            assertThat(darkest(sheet, 0, row * 30)).isLessThan(100);
            assertThat(darkest(sheet, 3 * 30 + 12, row * 30)).isLessThan(100);
        }
    }

    private static SampleSet slice() throws Exception {
        Path slice = Path.of(DatasetExportTest.class
                .getResource("slice-images-idx3-ubyte.gz")
                .toURI());
        return new DatasetImporter(Typography.standard().classes())
                .open(List.of(slice), ImportOptions.DEFAULTS.withSource("slice"))
                .collect()
                .samples();
    }

    private static float[][] shadeByClass(int[] classes, float[][] styles, float[][] noises) {
        float[][] inks = new float[classes.length][784];
        for (int i = 0; i < classes.length; i++) {
            Arrays.fill(inks[i], classes[i]);
        }
        return inks;
    }

    private static float[][] showLatents(int[] classes, float[][] styles, float[][] noises) {
        float[][] inks = new float[classes.length][784];
        for (int i = 0; i < classes.length; i++) {
            for (int k = 0; k < styles[i].length; k++) {
                inks[i][k] = 0.5f + styles[i][k] / 8;
            }
            for (int k = 0; k < noises[i].length; k++) {
                inks[i][28 + k] = 0.5f + noises[i][k] / 8;
            }
        }
        return inks;
    }

    private static int darkest(BufferedImage sheet, int left, int top) {
        int darkest = 255;
        for (int y = top; y < top + 30; y++) {
            for (int x = left; x < left + 30; x++) {
                darkest = Math.min(darkest, sheet.getRaster().getSample(x, y, 0));
            }
        }
        return darkest;
    }
}
