package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.bundle.ClassSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pages of n-like arches, one fault each. */
class PageJudgeTest {
    private static final LineFormat FORMAT = new LineFormat(64, 2000, 1.0 / 3);
    private static final List<ClassSpec> CLASSES =
            List.of(new ClassSpec("n", 1, .6, 0, .2, .3, 0, .6, .12, .55, 1, 1, 0, "n"));

    private double heightSd = .05;
    private double penSd;
    private double slantSd = .04;
    private double baselineSd = .04;
    private double gap = .28;
    private double gapSd = .05;
    private double top = 2;
    private boolean broken;
    private boolean twins;

    private PageJudge.Verdict judge() {
        Random random = new Random(4);
        double unit = FORMAT.xHeightPx();
        List<LineDrawing.PlacedGlyph> glyphs = new ArrayList<>();
        double x = 1;
        for (int i = 0; i < 40; i++) {
            double height = 1 + heightSd * random.nextGaussian();
            double lean = slantSd * random.nextGaussian();
            double foot = top + baselineSd * random.nextGaussian();
            double[][] points = {{0, 0}, {0, -height}, {.5, -height}, {.5, 0}};
            float[] line = new float[8];
            double left = twins ? Math.rint(x * unit) / unit : x;
            for (int k = 0; k < 4; k++) {
                line[2 * k] = (float) (unit * (left + points[k][0] - lean * points[k][1]));
                line[2 * k + 1] = (float) (unit * (foot + points[k][1]));
            }
            List<float[]> lines = broken
                    ? List.of(
                            new float[] {line[0], line[1], line[2], line[3]},
                            new float[] {line[4], line[5], line[6], line[7]})
                    : List.of(line);
            float radius = (float) (unit * .065 * Math.exp(penSd * random.nextGaussian()));
            glyphs.add(new LineDrawing.PlacedGlyph(0, i % 5 == 0, new Strokes(lines), radius));
            x += .5 + gap + gapSd * random.nextGaussian();
        }
        return PageJudge.judge(List.of(new LineDrawing(FORMAT, 1000, glyphs)), CLASSES);
    }

    private void assertAlarm(String begin) {
        assertThat(judge().alarms()).anyMatch(alarm -> alarm.startsWith(begin));
    }

    @Test
    void anEvenHandRaisesNoAlarm() {
        assertThat(judge().alarms()).isEmpty();
    }

    @Test
    void penSlantHeightAndFeetOfDifferentHandsRaiseTheirAlarms() {
        penSd = .2;
        assertAlarm("pen log sd");
        slantSd = .25;
        assertAlarm("slant sd");
        heightSd = .25;
        assertAlarm("x-height cv");
        baselineSd = .2;
        assertAlarm("baseline rms");
    }

    @Test
    void gapsOfNoHandRaiseTheirAlarms() {
        gap = .6;
        assertAlarm("gap median");
        gapSd = .3;
        assertAlarm("gap sd");
        gap = .1;
        gapSd = .02;
        assertAlarm("touching share");
    }

    @Test
    void brokenLettersTwinsAndInkOffTheCanvasRaiseTheirAlarms() {
        broken = true;
        assertAlarm("share of whole glyphs");
        broken = false;
        top = 3.15;
        assertAlarm("ink lies outside");
        top = 2;
        twins = true;
        heightSd = 0;
        slantSd = 0;
        baselineSd = 0;
        assertThat(judge().twins()).isPositive();
        assertAlarm("x-height cv"); // nobody writes all letters equally high
    }

    @Test
    void tooLittleToMeasureRaisesNoAlarm() {
        assertThat(PageJudge.judge(List.of(), CLASSES).alarms()).isEmpty();
    }
}
