package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.hand.Trait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Draws letter forms of a hand: by the exemplars of its style, or with the generator, which tries until the reader reads one
 * well enough, or keeps the one that it reads best.
 *
 * <p>All forms of a piece go through the same rounds together, so that each round is one batch to draw and one to read. A
 * form's result is the same whatever it is drawn together with. Thread-safe.
 */
final class FormDrawer {
    private static final double FAULT_COST = .5;
    private static final double SLANT_COST = .15 / .2;
    private static final double ASPECT_COST = .1;

    /**
     * One round of tries at the forms that are not good enough yet.
     *
     * @param drawings how many of the generator's there are by now
     * @param looks how many of them are traced: those that the reader reads best before
     * @param levels at which they are traced
     * @param enough merit from which a form is taken without further rounds
     */
    private record Round(int drawings, int looks, List<Float> levels, double enough) {}

    // Drawing costs most, tracing least. High levels open filled loops, low ones close gaps.
    private static final List<Round> ROUNDS = List.of(
            new Round(2, 1, List.of(.45f, .75f), .88),
            new Round(3, 2, List.of(.35f, .65f), .85),
            new Round(5, 2, List.of(.5f, .65f), .8),
            new Round(8, 3, List.of(.35f, .8f), 0));

    private static final int MOST_DRAWINGS =
            ROUNDS.stream().mapToInt(Round::drawings).max().orElseThrow();
    private static final int MOST_TRACES = ROUNDS.stream()
            .mapToInt(round -> round.looks * round.levels.size())
            .max()
            .orElseThrow();

    /** Forms of a piece, where they are small: enough to fill batches for every core. */
    private static final int MOST_TOGETHER = 256;
    /** What a call may hold of drawings, traces and readings: 12 MiB, or 61 forms of 64 pixels. */
    private static final int MOST_NUMBERS = 3 << 20;

    private static final ThreadLocal<Map<Integer, GlyphTracer>> TRACERS = ThreadLocal.withInitial(LinkedHashMap::new);

    /** How many forms are drawn together, so that memory depends neither on the line nor on the model's sizes. */
    static int together(DrawingModel model) {
        long pixels = (long) model.imageSize() * model.imageSize();
        long read = pixels + model.classes().size();
        long each = MOST_DRAWINGS * (read + model.noiseSize()) + MOST_TRACES * read;
        return (int) Math.max(1, Math.min(MOST_TOGETHER, MOST_NUMBERS / each));
    }

    /** Draws the given forms, in their order. */
    List<PenGlyph> draw(Hand hand, List<Hand.Form> forms) {
        int together = together(hand.model());
        if (forms.size() <= together) {
            return drawPiece(hand, forms);
        }
        List<PenGlyph> drawn = new ArrayList<>(forms.size());
        for (int from = 0; from < forms.size(); from += together) {
            drawn.addAll(drawPiece(hand, forms.subList(from, Math.min(forms.size(), from + together))));
        }
        return drawn;
    }

    private static List<PenGlyph> drawPiece(Hand hand, List<Hand.Form> forms) {
        Map<Hand.Form, PenGlyph> drawn = new HashMap<>();
        List<Hand.Form> toGenerate = new ArrayList<>();
        for (Hand.Form form : forms) {
            List<Exemplar> exemplars = hand.exemplars(form.classIndex());
            if (exemplars.isEmpty()) {
                toGenerate.add(form);
            } else {
                drawn.put(form, ExemplarForms.draw(exemplars, form.index(), hand.exemplarRandom(form)));
            }
        }
        List<PenGlyph> generated = generate(hand, toGenerate);
        for (int i = 0; i < generated.size(); i++) {
            drawn.put(toGenerate.get(i), generated.get(i));
        }
        return forms.stream().map(drawn::get).toList();
    }

    private static List<PenGlyph> generate(Hand hand, List<Hand.Form> forms) {
        DrawingModel model = hand.model();
        GlyphTracer tracer = TRACERS.get().computeIfAbsent(model.imageSize(), GlyphTracer::new);
        List<Search> searches = new ArrayList<>(forms.size());
        for (Hand.Form form : forms) {
            searches.add(new Search(form, model));
        }
        for (Round round : ROUNDS) {
            List<Search> open = searches.stream().filter(Search::isOpen).toList();
            if (!open.isEmpty()) {
                drawMissing(hand, open, round);
                readDrawings(model, open, round);
                traceAndRead(hand, open, round, tracer);
            }
        }
        return searches.stream().map(search -> search.form(hand)).toList();
    }

    private static void drawMissing(Hand hand, List<Search> open, Round round) {
        List<GlyphLatent> latents = new ArrayList<>();
        for (Search search : open) {
            for (int i = search.inks.size(); i < round.drawings; i++) {
                latents.add(hand.latent(search.form, i));
            }
        }
        if (latents.isEmpty()) {
            return;
        }
        float[][] inks = hand.model().glyphs().draw(latents);
        int next = 0;
        for (Search search : open) {
            while (search.inks.size() < round.drawings) {
                search.inks.add(inks[next++]);
            }
        }
    }

    /** Has the reader look at drawings as they are, where not all of them are traced. */
    private static void readDrawings(DrawingModel model, List<Search> open, Round round) {
        if (round.looks >= round.drawings) {
            return;
        }
        List<float[]> inks = new ArrayList<>();
        for (Search search : open) {
            inks.addAll(search.inks.subList(search.readings.size(), search.inks.size()));
        }
        float[][] logits = inks.isEmpty() ? new float[0][] : model.glyphs().read(inks);
        int next = 0;
        for (Search search : open) {
            while (search.readings.size() < search.inks.size()) {
                search.readings.add(model.credits().probability(search.form.classIndex(), logits[next++]));
            }
        }
    }

    private static void traceAndRead(Hand hand, List<Search> open, Round round, GlyphTracer tracer) {
        List<GlyphTracer.Trace> traces = new ArrayList<>();
        List<Search> owners = new ArrayList<>();
        List<float[]> inks = new ArrayList<>();
        for (Search search : open) {
            for (int drawing : search.bestRead(round.looks)) {
                tracer.load(search.inks.get(drawing));
                for (float level : round.levels) {
                    if (!search.traced.add(new Tried(drawing, level))) {
                        continue;
                    }
                    GlyphTracer.Trace trace = tracer.trace(level, search.spec);
                    if (!trace.isBlank()) {
                        traces.add(trace);
                        owners.add(search);
                        inks.add(trace.ink());
                    }
                }
            }
        }
        if (!traces.isEmpty()) {
            float[][] logits = hand.model().glyphs().read(inks);
            for (int i = 0; i < traces.size(); i++) {
                owners.get(i).consider(traces.get(i), logits[i], hand.traits().slant());
            }
        }
        double legibility = hand.traits().of(Trait.LEGIBILITY);
        for (Search search : open) {
            search.enough = legibility * round.enough;
        }
    }

    /** One of a form's drawings, traced at a level. */
    private record Tried(int drawing, float level) {}

    /** The tries at one form. */
    private static final class Search {
        final Hand.Form form;
        final ClassSpec spec;
        final Credits credits;
        final List<float[]> inks = new ArrayList<>();
        /** How well the reader reads the drawings as they are, where it was asked. */
        final List<Double> readings = new ArrayList<>();

        final Set<Tried> traced = new HashSet<>();
        GlyphTracer.Trace best;
        double bestScore = Double.NEGATIVE_INFINITY;
        double merit = Double.NEGATIVE_INFINITY;
        double enough = Double.POSITIVE_INFINITY;

        Search(Hand.Form form, DrawingModel model) {
            this.form = form;
            this.spec = model.classes().get(form.classIndex());
            this.credits = model.credits();
        }

        boolean isOpen() {
            return merit < enough;
        }

        /** The drawings that the reader reads best; all, unread, if there are no more than that. */
        List<Integer> bestRead(int drawings) {
            List<Integer> all = IntStream.range(0, inks.size()).boxed().toList();
            return all.size() <= drawings
                    ? all
                    : all.stream()
                            .sorted(Comparator.comparingDouble(i -> -readings.get(i)))
                            .limit(drawings)
                            .toList();
        }

        /**
         * Keeps the better one. How far a drawing leans off the hand's slant chooses between tries, but asks for none: the next
         * would lean as much, and it is set upright in the end.
         */
        void consider(GlyphTracer.Trace trace, float[] logits, double handSlant) {
            double traceMerit = credits.probability(form.classIndex(), logits)
                    - FAULT_COST * trace.faults(spec)
                    - ASPECT_COST * Math.max(0, Math.abs(trace.aspectResidual(spec)) - .4);
            double score =
                    traceMerit - SLANT_COST * spec.slantFactor() * Math.abs(trace.slantResidual(spec) - handSlant);
            if (best == null || score > bestScore) {
                best = trace;
                bestScore = score;
                merit = traceMerit;
            }
        }

        PenGlyph form(Hand hand) {
            return best == null ? PenGlyph.BLANK : PenGlyph.fit(best, spec, hand.traits());
        }
    }
}
