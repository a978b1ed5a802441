package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.trainer.nn.Streams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the named styles of a model, the same for the same networks and seed.
 *
 * <p>The procedure: draw all characters of many random style latents and measure each hand ({@link HandMeasures}); drop
 * the half that the reader reads worst and the quarter whose letters agree least; let every wished-for kind of hand choose
 * the hand that has most of it, counting legibility and evenness too, and against it odd traits that nobody asked for and
 * likeness to a style that is already there; then walk from there in small random steps, keeping what is better. The steps keep latents as likely as the generator's own,
 * so that no style lies where training never was. The first style is always the whole space, where each seed is another
 * writer.
 */
public final class StyleFinder {
    private static final Logger LOG = LoggerFactory.getLogger(StyleFinder.class);
    private static final double LATENT_LIMIT = 3;
    private static final double STEP = .3;

    /** A style is one hand: what the generator draws too wide once is drawn back to that hand's width. */
    private static final double EVEN_WIDTH = .9;

    private final Config config;

    /**
     * How hard to look.
     *
     * @param hands random hands to choose from
     * @param steps random steps from each chosen one
     * @param draws drawings of each character of a hand
     * @param noiseScale factor on their noise
     * @param spread of the styles that are found: how far seeds move from the centre
     */
    public record Config(int hands, int steps, int draws, double noiseScale, double spread, long seed) {
        public static final Config DEFAULTS = new Config(300, 40, 3, .8, .2, 1);

        public Config {
            if (hands < 4 * Wish.ALL.size() || steps < 0 || draws < 1) {
                throw new IllegalArgumentException("need " + 4 * Wish.ALL.size()
                        + " hands, 0 steps and 1 draw at least, got " + hands + ", " + steps + ", " + draws);
            }
        }
    }

    private record Hand(float[] latent, HandMeasures measures) {}

    public StyleFinder(Config config) {
        this.config = config;
    }

    /**
     * Returns the styles that were found, "natural" first.
     *
     * @param model classes and latent sizes of the networks
     */
    public List<FoundStyle> find(GlyphNetworks networks, Manifest model) {
        HandGauge gauge = new HandGauge(
                networks, model.classes(), model.noiseSize(), config.noiseScale, config.draws, config.seed);
        List<float[]> latents = new ArrayList<>();
        List<HandGauge.Raw> looks = new ArrayList<>();
        for (int i = 0; i < config.hands; i++) {
            float[] latent = latent(model.styleSize(), Streams.named(config.seed, "style-hand", i));
            latents.add(latent);
            looks.add(gauge.look(latent));
        }
        HandGauge.Scale scale = gauge.scale(looks);
        List<Hand> hands = new ArrayList<>();
        for (int i = 0; i < config.hands; i++) {
            hands.add(new Hand(latents.get(i), gauge.measures(looks.get(i), scale)));
        }
        List<Hand> good = good(hands);
        LOG.info("{} of {} hands are legible and even enough to choose from", good.size(), hands.size());

        List<FoundStyle> found = new ArrayList<>();
        found.add(ofManyWriters(Typography.standard().styles().get(0)));
        for (Wish wish : Wish.ALL) {
            List<HandMeasures> there =
                    found.stream().skip(1).map(FoundStyle::measures).toList();
            ToDoubleFunction<Hand> score = hand -> score(wish, hand.measures, there);
            Hand chosen = good.stream().max(Comparator.comparingDouble(score)).orElseThrow();
            Hand better = improve(wish.name(), chosen, score, gauge, scale);
            found.add(new FoundStyle(spec(wish, better), better.measures));
            LOG.info("{}: {}", wish.name(), better.measures);
        }
        FoundStyle neat = found.get(1);
        Typography.standard().styles().stream()
                .skip(1)
                .filter(style -> style.traits().containsKey(Trait.JOINING.json()))
                .map(style -> style.hasManyWriters() ? ofManyWriters(style) : joining(neat, style))
                .forEach(found::add);
        return found;
    }

    /** There is nothing to find of a style whose seeds are different people. */
    private static FoundStyle ofManyWriters(StyleSpec style) {
        return new FoundStyle(style, new HandMeasures(0, 0, 0, 0, 0, 0, style.slant(), 0, 0));
    }

    /** A latent as in training, but for the few numbers beyond the limit. */
    static float[] latent(int size, RandomGenerator random) {
        float[] latent = new float[size];
        for (int i = 0; i < size; i++) {
            latent[i] = (float) Math.max(-LATENT_LIMIT, Math.min(LATENT_LIMIT, random.nextGaussian()));
        }
        return latent;
    }

    private static List<Hand> good(List<Hand> hands) {
        List<Hand> legible = best(hands, Comparator.comparingDouble(hand -> hand.measures.legibility()), .5);
        return best(legible, Comparator.comparingDouble(hand -> hand.measures.evenness()), .75);
    }

    private static List<Hand> best(List<Hand> hands, Comparator<Hand> by, double share) {
        return hands.stream()
                .sorted(by.reversed())
                .limit(Math.round(share * hands.size()))
                .toList();
    }

    private static double score(Wish wish, HandMeasures hand, List<HandMeasures> there) {
        // A trait is clear at two deviations; beyond that it is a caricature.
        double character = Math.max(-4, Math.min(4, wish.character().applyAsDouble(hand)));
        double odd = square(hand.slant()) + square(hand.thickness()) + square(hand.roundness()) + square(hand.width());
        return character
                + .8 * Math.min(hand.legibility(), 1.5)
                + .4 * Math.min(hand.evenness(), 1.5)
                - .12 * odd
                - there.stream()
                        .mapToDouble(other -> likeness(hand, other))
                        .max()
                        .orElse(0);
    }

    /** Returns 1 for hands that look the same, towards 0 for hands that nobody confuses. */
    private static double likeness(HandMeasures a, HandMeasures b) {
        double distance = square((a.slantAngle() - b.slantAngle()) / .1)
                + square(a.roundness() - b.roundness())
                + square(a.width() - b.width())
                + square(a.thickness() - b.thickness());
        return Math.exp(-distance / 2);
    }

    private static double square(double value) {
        return value * value;
    }

    private Hand improve(String name, Hand from, ToDoubleFunction<Hand> score, HandGauge gauge, HandGauge.Scale scale) {
        Hand best = from;
        for (int i = 0; i < config.steps; i++) {
            RandomGenerator random = Streams.named(config.seed, "style-step-" + name, i);
            float[] step = latent(from.latent.length, random);
            float[] moved = new float[step.length];
            for (int k = 0; k < moved.length; k++) {
                moved[k] = (float) (Math.sqrt(1 - STEP * STEP) * best.latent[k] + STEP * step[k]);
            }
            Hand next = new Hand(moved, gauge.measures(gauge.look(moved), scale));
            if (score.applyAsDouble(next) > score.applyAsDouble(best)) {
                best = next;
            }
        }
        return best;
    }

    /** Letters come from the latent; lean, pen and spacing are the composer's, told to agree with what the hand shows. */
    private StyleSpec spec(Wish wish, Hand hand) {
        HandMeasures m = hand.measures;
        double gap = round(.2 * Math.exp(.2 * limit(m.width(), 2)));
        return new StyleSpec(
                wish.name(),
                wish.description(),
                rounded(hand.latent),
                config.spread,
                round(Math.max(-.08, Math.min(.38, m.slantAngle()))),
                .02,
                wish.pen(),
                gap,
                round(.85 + gap),
                wish.noiseScale(),
                traits(wish.width()));
    }

    private static Map<String, StyleSpec.Said> traits(double width) {
        StyleSpec.Said even = new StyleSpec.Said(EVEN_WIDTH, 0);
        return width == 1
                ? Map.of(Trait.EVEN_WIDTH.json(), even)
                : Map.of(Trait.EVEN_WIDTH.json(), even, Trait.WIDTH.json(), new StyleSpec.Said(width, 0));
    }

    /** The hand of another style that joins as a standard style does. */
    private static FoundStyle joining(FoundStyle like, StyleSpec standard) {
        StyleSpec hand = like.spec();
        return new FoundStyle(
                new StyleSpec(
                        standard.name(),
                        standard.description(),
                        hand.latent(),
                        hand.spread(),
                        Math.max(hand.slant(), standard.slant()),
                        standard.slantSpread(),
                        hand.pen(),
                        hand.gap(),
                        hand.wordSpace(),
                        hand.noiseScale(),
                        standard.traits()),
                like.measures());
    }

    private static double limit(double value, double most) {
        return Math.max(-most, Math.min(most, value));
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    /** Three digits are below any difference that shows, and keep manifests short. */
    private static float[] rounded(float[] latent) {
        float[] rounded = new float[latent.length];
        for (int i = 0; i < latent.length; i++) {
            rounded[i] = (float) round(latent[i]);
        }
        return rounded;
    }
}
