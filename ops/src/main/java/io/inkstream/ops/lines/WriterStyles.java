package io.inkstream.ops.lines;

import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.explore.KeptHand;
import io.inkstream.ops.hand.OwnHand;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.SampleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes a style of the glyphs of each writer of a set of samples, so that lines can be set of real glyphs: by the same tracing,
 * layout and pen as all others.
 *
 * @param bundle with a style for each writer
 * @param styles names of these
 * @param splits of each, in their order
 */
public record WriterStyles(ModelBundle bundle, List<String> styles, List<LineDataset.Split> splits) {
    private static final int FEWEST_GLYPHS = 60;

    public WriterStyles {
        styles = List.copyOf(styles);
        splits = List.copyOf(splits);
    }

    /**
     * Makes the styles.
     *
     * @param most writers that are wanted
     * @param listener told of each writer that is done, or left out, in a sentence
     * @throws IllegalArgumentException if no writer has {@value #FEWEST_GLYPHS} glyphs
     */
    public static WriterStyles of(
            ModelBundle base,
            Predictor predictor,
            ServerReader reader,
            SampleSet samples,
            int most,
            Consumer<String> listener) {
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        for (int i = 0; i < samples.size(); i++) {
            if (samples.writer(i) != SampleSet.UNKNOWN_WRITER) {
                counts.merge(samples.writer(i), 1, Integer::sum);
            }
        }
        ModelBundle bundle = base;
        List<String> styles = new ArrayList<>();
        List<LineDataset.Split> splits = new ArrayList<>();
        for (int writer : counts.keySet()) {
            if (styles.size() == most) {
                break;
            }
            if (counts.get(writer) < FEWEST_GLYPHS) {
                continue;
            }
            SampleSet own = samples.where(i -> samples.writer(i) == writer);
            String name = "writer-" + writer;
            try {
                OwnHand hand = OwnHand.of(own, base.manifest(), reader, false);
                OwnHand.Made made = hand.style(name, predictor, new OwnHand.Wanted(null, null, null));
                ModelId as = new ModelId(base.manifest().name(), "writers-" + (styles.size() + 1));
                bundle = KeptHand.add(bundle, made.style(), "glyphs of one writer, " + hand.counts(), as);
                styles.add(name);
                splits.add(own.split(0) == SampleSet.Split.TEST ? LineDataset.Split.TEST : LineDataset.Split.TRAIN);
                listener.accept(name + ": " + hand.counts());
            } catch (IllegalArgumentException e) {
                listener.accept(name + " is left out: " + e.getMessage());
            }
        }
        if (styles.isEmpty()) {
            throw new IllegalArgumentException(
                    "no writer of the samples has " + FEWEST_GLYPHS + " glyphs that are read as what they should be");
        }
        return new WriterStyles(bundle, styles, splits);
    }
}
