package io.inkstream.modelserver.hand;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.inkstream.modelserver.compositing.LineComposer;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineGlyph;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.modelserver.grapheme.GraphemeComposer;
import io.inkstream.modelserver.grapheme.MarkHabits;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.hand.CounterRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Draws lines of handwriting: equal requests to one model version give equal drawings, whatever was drawn before, at the
 * same time or elsewhere. Thread-safe; a call blocks while the model draws what the cache lacks.
 */
public final class LineRenderer {
    /** Letter forms of each class that a hand draws at most, however long a line is. */
    public static final int VARIANTS = Hand.VARIANTS;

    /** Forms of one hand that fill batches, and are few enough to go round the cores. */
    private static final int TOGETHER = 32;
    /** Forms of a hand's i that its dots are taken from. */
    private static final int DOTTED = 4;
    /** Room for what was drawn of a few dozen long lines that were broken off. */
    private static final long UNFINISHED_BYTES = 32 << 20;

    private final HandCache cache;
    private final FormUse use = new FormUse();
    private final FormDrawer drawer = new FormDrawer();
    private final UnfinishedLines unfinished;

    /**
     * @param cache forms that were drawn before
     * @param nanos monotonic clock
     */
    public LineRenderer(HandCache cache, LongSupplier nanos) {
        this.cache = cache;
        unfinished = new UnfinishedLines(UNFINISHED_BYTES, nanos);
    }

    /**
     * For callers who never break a line off.
     *
     * @param cache forms that were drawn before
     */
    public LineRenderer(HandCache cache) {
        this(cache, () -> 0);
    }

    /**
     * Draws a line.
     *
     * @throws UndrawableLineException if the request can never be drawn: the style or a class is unknown
     * @throws RuntimeException what the model throws; what was drawn of a long line is kept for the next time
     */
    public LineDrawing render(DrawingModel model, LineRequest request) {
        Hand hand = new Hand(model, request.style(), request.seed());
        LinePieces line = LinePieces.of(hand, request);
        int[] classes = line.classes();
        boolean isFresh = request.variation() == Variation.FRESH;
        List<Hand.Form> forms =
                isFresh ? freshForms(classes, request.lineIndex()) : variants(hand, classes, request.lineIndex());
        List<PenGlyph> drawn = isFresh ? draw(hand, forms) : cached(hand, forms);
        return LineComposer.compose(
                glyphs(hand, line, forms, drawn, request.lineIndex()),
                hand.traits(),
                request.format(),
                request.marks(),
                request.seed(),
                request.lineIndex());
    }

    private List<LineGlyph> glyphs(
            Hand hand, LinePieces line, List<Hand.Form> forms, List<PenGlyph> drawn, int lineIndex) {
        Optional<MarkHabits> habits = line.hasComposed()
                ? Optional.of(hand.markHabits(line.hasDots() ? dotted(hand) : List.of()))
                : Optional.empty();
        List<LineGlyph> glyphs = new ArrayList<>();
        int next = 0;
        for (LinePieces.Piece piece : line.pieces()) {
            if (piece.space().isPresent()) {
                glyphs.add(piece.space().get());
                continue;
            }
            List<PenGlyph> own = drawn.subList(next, next + piece.classes().size());
            OptionalInt variant = own.size() == 1 ? forms.get(next).variant() : OptionalInt.empty();
            next += own.size();
            PenGlyph form = form(hand, piece, own, habits, lineIndex, glyphs.size());
            if (piece.classIndex().isPresent()) {
                int classIndex = piece.classIndex().getAsInt();
                glyphs.add(LineGlyph.of(form, classIndex, hand.model().classes().get(classIndex))
                        .as(variant));
            } else {
                glyphs.add(LineGlyph.composed(
                                form,
                                piece.composition().flatMap(Composition::letter).orElse(""),
                                piece.text())
                        .as(variant));
            }
        }
        return glyphs;
    }

    private static PenGlyph form(
            Hand hand,
            LinePieces.Piece piece,
            List<PenGlyph> own,
            Optional<MarkHabits> habits,
            int lineIndex,
            int place) {
        if (piece.composition().isEmpty()) {
            return own.get(0);
        }
        CounterRandom random = hand.compositionRandom(lineIndex, place);
        return piece.exemplars().isEmpty()
                ? GraphemeComposer.compose(piece.composition().get(), own, habits.orElseThrow(), random)
                : ExemplarForms.draw(piece.exemplars(), lineIndex + place, random);
    }

    /** Some forms of the hand's i, whose dots it sets on other letters too. */
    private List<PenGlyph> dotted(Hand hand) {
        if (!hand.model().hasClass("i")) {
            return List.of();
        }
        int dottedClass = hand.model().classOf("i");
        List<Hand.Key> keys = IntStream.range(0, DOTTED)
                .mapToObj(index -> hand.key(Hand.Form.variant(dottedClass, index)))
                .toList();
        Map<Hand.Key, PenGlyph> forms = forms(hand, keys);
        return keys.stream().map(forms::get).toList();
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

    private static List<Hand.Form> freshForms(int[] classes, int lineIndex) {
        List<Hand.Form> forms = new ArrayList<>();
        for (int glyph : classes) {
            forms.add(new Hand.Form(glyph, lineIndex, forms.size()));
        }
        return forms;
    }

    private List<PenGlyph> draw(Hand hand, List<Hand.Form> forms) {
        int together = FormDrawer.together(hand.model());
        if (forms.size() <= together) {
            return drawer.draw(hand, forms);
        }
        UnfinishedLines.Line line = hand.line(forms);
        List<PenGlyph> drawn = new ArrayList<>(unfinished.take(line));
        try {
            while (drawn.size() < forms.size()) {
                int from = drawn.size();
                drawn.addAll(drawer.draw(hand, forms.subList(from, Math.min(forms.size(), from + together))));
            }
            return drawn;
        } finally {
            if (drawn.size() < forms.size()) {
                unfinished.keep(line, drawn);
            }
        }
    }

    private static List<Hand.Form> variants(Hand hand, int[] classes, int lineIndex) {
        Map<Integer, Integer> occurrences = new HashMap<>();
        List<Hand.Form> forms = new ArrayList<>();
        for (int glyph : classes) {
            int occurrence = occurrences.merge(glyph, 1, Integer::sum) - 1;
            forms.add(hand.variantFor(glyph, lineIndex, occurrence));
        }
        return forms;
    }

    private List<PenGlyph> cached(Hand hand, List<Hand.Form> variants) {
        List<Hand.Key> keys = variants.stream().map(hand::key).toList();
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
