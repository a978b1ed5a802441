package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.hand.Trait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws letter forms of a hand: by the exemplars of its style, or with the generator, which tries several times and keeps the
 * one that the reader reads best.
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
     * @param firstDraw first of the generator's drawings that it looks at, counted over the whole form
     * @param draws how many drawings
     * @param levels at which they are traced
     * @param enough score from which a form is taken without further rounds
     */
    private record Round(int firstDraw, int draws, List<Float> levels, double enough) {}

    // Tracing one drawing again costs half of drawing another. High levels open filled loops, low ones close gaps.
    private static final List<Round> ROUNDS = List.of(
            new Round(0, 2, List.of(.5f, .65f), .9),
            new Round(0, 2, List.of(.35f, .8f), .88),
            new Round(2, 3, List.of(.5f, .65f, .35f), .8),
            new Round(5, 3, List.of(.5f, .65f, .35f), 0));

    private static final int MOST_DRAWS = 8;
    private static final int MOST_TRACES = 9;

    /** Forms of a piece, where they are small: enough to fill batches for every core. */
    private static final int MOST_TOGETHER = 256;
    /** What a call may hold of drawings, traces and readings: 12 MiB, or 44 forms of 64 pixels. */
    private static final int MOST_NUMBERS = 3 << 20;

    private static final ThreadLocal<Map<Integer, GlyphTracer>> TRACERS = ThreadLocal.withInitial(LinkedHashMap::new);

    /** How many forms are drawn together, so that memory depends neither on the line nor on the model's sizes. */
    static int together(DrawingModel model) {
        long pixels = (long) model.imageSize() * model.imageSize();
        long each = MOST_DRAWS * (pixels + model.noiseSize())
                + MOST_TRACES * (pixels + model.classes().size());
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
                traceAndRead(hand, open, round, tracer);
            }
        }
        return searches.stream().map(search -> search.form(hand)).toList();
    }

    private static void drawMissing(Hand hand, List<Search> open, Round round) {
        List<GlyphLatent> latents = new ArrayList<>();
        for (Search search : open) {
            for (int i = search.inks.size(); i < round.firstDraw + round.draws; i++) {
                latents.add(hand.latent(search.form, i));
            }
        }
        if (latents.isEmpty()) {
            return;
        }
        float[][] inks = hand.model().glyphs().draw(latents);
        int next = 0;
        for (Search search : open) {
            while (search.inks.size() < round.firstDraw + round.draws) {
                search.inks.add(inks[next++]);
            }
        }
    }

    private static void traceAndRead(Hand hand, List<Search> open, Round round, GlyphTracer tracer) {
        List<GlyphTracer.Trace> traces = new ArrayList<>();
        List<Search> owners = new ArrayList<>();
        List<float[]> inks = new ArrayList<>();
        for (Search search : open) {
            for (int i = round.firstDraw; i < round.firstDraw + round.draws; i++) {
                tracer.load(search.inks.get(i));
                for (float level : round.levels) {
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

    /** The tries at one form. */
    private static final class Search {
        final Hand.Form form;
        final ClassSpec spec;
        final Credits credits;
        final List<float[]> inks = new ArrayList<>();
        GlyphTracer.Trace best;
        double bestScore = Double.NEGATIVE_INFINITY;
        double enough = Double.POSITIVE_INFINITY;

        Search(Hand.Form form, DrawingModel model) {
            this.form = form;
            this.spec = model.classes().get(form.classIndex());
            this.credits = model.credits();
        }

        boolean isOpen() {
            return bestScore < enough;
        }

        void consider(GlyphTracer.Trace trace, float[] logits, double handSlant) {
            double score = credits.probability(form.classIndex(), logits)
                    - FAULT_COST * trace.faults(spec)
                    - SLANT_COST * spec.slantFactor() * Math.abs(trace.slantResidual(spec) - handSlant)
                    - ASPECT_COST * Math.max(0, Math.abs(trace.aspectResidual(spec)) - .4);
            if (best == null || score > bestScore) {
                best = trace;
                bestScore = score;
            }
        }

        PenGlyph form(Hand hand) {
            return best == null ? PenGlyph.BLANK : PenGlyph.fit(best, spec, hand.traits());
        }
    }
}
