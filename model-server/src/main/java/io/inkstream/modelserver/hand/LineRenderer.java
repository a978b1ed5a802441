package io.inkstream.modelserver.hand;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.inkstream.modelserver.compositing.LineComposer;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.PenGlyph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Draws lines of handwriting: equal requests to one model version give equal drawings, whatever was drawn before, at the
 * same time or elsewhere. Thread-safe; a call blocks while the model draws what the cache lacks.
 */
public final class LineRenderer {
    /** Forms of one hand that fill batches, and are few enough to go round the cores. */
    private static final int TOGETHER = 32;

    private final HandCache cache;
    private final FormUse use = new FormUse();
    private final FormDrawer drawer = new FormDrawer();

    /** @param cache forms that were drawn before */
    public LineRenderer(HandCache cache) {
        this.cache = cache;
    }

    /**
     * Draws a line.
     *
     * @throws IllegalArgumentException if the request can never be drawn: the style or a class is unknown, or the line does
     *     not fit its measure even condensed
     * @throws RuntimeException what the model throws
     */
    public LineDrawing render(DrawingModel model, LineRequest request) {
        int[] glyphs = request.glyphs();
        for (int glyph : glyphs) {
            if (glyph < -1 || glyph >= model.classes().size()) {
                throw new IllegalArgumentException("glyph " + glyph + " is no class of the model, which has "
                        + model.classes().size());
            }
        }
        Hand hand = new Hand(model, request.style(), request.seed());
        List<PenGlyph> forms = request.variation() == Variation.FRESH
                ? drawer.draw(hand, freshForms(glyphs, request.lineIndex()))
                : cachedForms(hand, glyphs, request.lineIndex());
        return LineComposer.compose(
                glyphs, forms, model.classes(), hand.traits(), request.format(), request.seed(), request.lineIndex());
    }

    /**
     * Draws for a version, on every core, the forms that lines of any version used lately and most: if it takes over now,
     * its lines need not wait until it has drawn the hands in use.
     *
     * @param most forms to draw at most
     * @throws RuntimeException what the model throws
     */
    public void drawAhead(DrawingModel model, int most) {
        Map<Writer, List<Hand.Form>> byWriter = use
                .most(
                        most,
                        form -> model.hasStyle(form.style())
                                && form.form().classIndex() < model.classes().size())
                .stream()
                .collect(groupingBy(
                        form -> new Writer(form.style(), form.seed()), mapping(FormUse.Use::form, toList())));
        List<Runnable> pieces = new ArrayList<>();
        byWriter.forEach((writer, forms) -> {
            Hand hand = new Hand(model, writer.style(), writer.seed());
            for (int from = 0; from < forms.size(); from += TOGETHER) {
                List<Hand.Key> piece = forms.subList(from, Math.min(from + TOGETHER, forms.size())).stream()
                        .map(hand::key)
                        .toList();
                pieces.add(() -> forms(hand, piece));
            }
        });
        pieces.parallelStream().forEach(Runnable::run);
    }

    private record Writer(String style, long seed) {}

    private static List<Hand.Form> freshForms(int[] glyphs, int lineIndex) {
        List<Hand.Form> forms = new ArrayList<>();
        for (int glyph : glyphs) {
            if (glyph >= 0) {
                forms.add(new Hand.Form(glyph, lineIndex, forms.size()));
            }
        }
        return forms;
    }

    private List<PenGlyph> cachedForms(Hand hand, int[] glyphs, int lineIndex) {
        Map<Integer, Integer> occurrences = new HashMap<>();
        List<Hand.Key> keys = new ArrayList<>();
        for (int glyph : glyphs) {
            if (glyph >= 0) {
                int occurrence = occurrences.merge(glyph, 1, Integer::sum) - 1;
                keys.add(hand.key(hand.variantFor(glyph, lineIndex, occurrence)));
            }
        }
        use.count(keys);
        Map<Hand.Key, PenGlyph> forms = forms(hand, new ArrayList<>(new LinkedHashSet<>(keys)));
        return keys.stream().map(forms::get).toList();
    }

    private Map<Hand.Key, PenGlyph> forms(Hand hand, List<Hand.Key> keys) {
        return cache.get(
                keys,
                missing ->
                        drawer.draw(hand, missing.stream().map(Hand.Key::form).toList()));
    }
}
