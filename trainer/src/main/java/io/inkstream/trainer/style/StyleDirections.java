package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.trainer.nn.Streams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Directions of a model's latent space along which one attribute of a hand changes and, as far as can be, no other; the same
 * for the same networks and seed.
 *
 * <p>All characters of many random hands are drawn and measured ({@link HandMeasures}), and the measures are regressed on
 * the latents. Further hands, which the regression has not seen, tell how good it is. For one thread, and only while the
 * networks are open.
 */
public final class StyleDirections {
    private final HandGauge gauge;
    private final HandGauge.Scale scale;
    private final float[][] heldOut;
    private final Map<Attribute, Direction> directions = new EnumMap<>(Attribute.class);

    /**
     * How hard to look.
     *
     * @param hands random hands that the directions are fitted to
     * @param heldOut further ones that they are tested on
     * @param draws drawings of each character of a hand
     * @param noiseScale factor on their noise
     */
    public record Config(int hands, int heldOut, int draws, double noiseScale, long seed) {
        public static final Config DEFAULTS = new Config(300, 100, 1, .8, 1);

        public Config {
            if (hands < 2 || heldOut < 2 || draws < 1) {
                throw new IllegalArgumentException("need 2 hands to fit and 2 to test and 1 draw at least, got " + hands
                        + ", " + heldOut + ", " + draws);
            }
        }
    }

    /**
     * One direction.
     *
     * @param step what raises the attribute by one standard deviation between hands, if hands were as regular as planes
     * @param explained share of the attribute's variance among the hands held out that the regression explains (R²)
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out
    public record Direction(Attribute attribute, float[] step, double explained) {
        public Direction {
            step = step.clone();
        }

        @Override
        public float[] step() {
            return step.clone();
        }
    }

    /**
     * What steps did to hands held out, measured on their drawings.
     *
     * @param amount how many steps
     * @param change mean change of each attribute, in standard deviations between hands
     * @param deviation standard deviation between hands of the change of the attribute that was meant
     * @param legibility mean change of how surely the reader reads them, likewise
     */
    public record Effect(double amount, Map<Attribute, Double> change, double deviation, double legibility) {
        public Effect {
            change = Map.copyOf(change);
        }
    }

    private StyleDirections(HandGauge gauge, HandGauge.Scale scale, float[][] heldOut) {
        this.gauge = gauge;
        this.scale = scale;
        this.heldOut = heldOut;
    }

    /**
     * Draws, measures and fits.
     *
     * @param model classes and latent sizes of the networks
     * @throws IllegalArgumentException if the hands are too few for latents of this size, or no attribute changes with them
     */
    public static StyleDirections estimate(GlyphNetworks networks, Manifest model, Config config) {
        if (config.hands <= model.styleSize() + 1) {
            throw new IllegalArgumentException("directions among latents of " + model.styleSize()
                    + " numbers take more than " + (model.styleSize() + 1) + " hands, not " + config.hands);
        }
        HandGauge gauge = new HandGauge(
                networks, model.classes(), model.noiseSize(), config.noiseScale, config.draws, config.seed);
        float[][] latents = new float[config.hands + config.heldOut][];
        Arrays.setAll(
                latents, i -> StyleFinder.latent(model.styleSize(), Streams.named(config.seed, "direction-hand", i)));
        List<HandGauge.Raw> looks = new ArrayList<>();
        for (float[] latent : latents) {
            looks.add(gauge.look(latent));
        }
        // What is ordinary is told by the hands of the fit alone: those held out have no say in what judges them.
        HandGauge.Scale scale = gauge.scale(looks.subList(0, config.hands));
        double[][] measures = looks.stream()
                .map(look -> attributes(gauge.measures(look, scale)))
                .toArray(double[][]::new);
        float[][] heldOut = Arrays.copyOfRange(latents, config.hands, latents.length);
        Slopes slopes = Slopes.fit(Arrays.copyOf(latents, config.hands), Arrays.copyOf(measures, config.hands));
        double[] explained = slopes.explained(heldOut, Arrays.copyOfRange(measures, config.hands, measures.length));
        float[][] steps = slopes.steps();
        StyleDirections found = new StyleDirections(gauge, scale, heldOut);
        for (Attribute attribute : Attribute.values()) {
            int m = attribute.ordinal();
            found.directions.put(attribute, new Direction(attribute, steps[m], explained[m]));
        }
        return found;
    }

    private static double[] attributes(HandMeasures hand) {
        return Arrays.stream(Attribute.values()).mapToDouble(a -> a.of(hand)).toArray();
    }

    /** Returns the direction of an attribute. */
    public Direction of(Attribute attribute) {
        return directions.get(attribute);
    }

    /**
     * Returns a latent that has more or less of some attributes, as long as it was.
     *
     * @param amounts how many steps of each, negative ones backwards
     * @throws IllegalArgumentException if it is the origin
     */
    public float[] moved(float[] latent, Map<Attribute, Double> amounts) {
        float[] all = new float[latent.length];
        amounts.forEach((attribute, amount) -> {
            float[] step = of(attribute).step;
            for (int i = 0; i < all.length; i++) {
                all[i] += (float) (amount * step[i]);
            }
        });
        return Latents.moved(latent, all);
    }

    /** Measures a hand on the scale of the hands that the directions were fitted to. */
    public HandMeasures measure(float[] latent) {
        return gauge.measures(gauge.look(latent), scale);
    }

    /**
     * Measures what steps do to hands held out.
     *
     * @param amounts how many steps each time, negative ones backwards
     * @param hands how many hands at most
     */
    public List<Effect> effects(Attribute attribute, List<Double> amounts, int hands) {
        int count = Math.min(hands, heldOut.length);
        HandMeasures[] before = new HandMeasures[count];
        Arrays.setAll(before, i -> measure(heldOut[i]));
        List<Effect> effects = new ArrayList<>();
        for (double amount : amounts) {
            HandMeasures[] after = new HandMeasures[count];
            Arrays.setAll(after, i -> measure(moved(heldOut[i], Map.of(attribute, amount))));
            effects.add(effect(attribute, amount, before, after));
        }
        return effects;
    }

    private static Effect effect(Attribute meant, double amount, HandMeasures[] before, HandMeasures[] after) {
        Map<Attribute, Double> change = new EnumMap<>(Attribute.class);
        double legibility = 0;
        double square = 0;
        for (int i = 0; i < before.length; i++) {
            for (Attribute attribute : Attribute.values()) {
                double own = attribute.of(after[i]) - attribute.of(before[i]);
                change.merge(attribute, own / before.length, Double::sum);
                square += attribute == meant ? own * own / before.length : 0;
            }
            legibility += (after[i].legibility() - before[i].legibility()) / before.length;
        }
        double mean = change.get(meant);
        return new Effect(amount, change, Math.sqrt(Math.max(square - mean * mean, 0)), legibility);
    }
}
