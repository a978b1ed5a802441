package io.inkstream.ops.explore;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.style.GlyphNetworks;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Draws characters side by side as the generator gives them, without the pen and the line of the model server, each place
 * with the same noise every time: what differs between two strips is the hand or the characters. For one thread.
 */
public final class GlyphStrip {
    private static final int ENLARGED = 3;

    private final GlyphNetworks networks;
    private final Manifest model;
    private final long seed;

    /**
     * What was drawn.
     *
     * @param picture all glyphs in a row
     * @param read what the model's reader takes each for, in one word
     * @param certainty mean of how sure it is, 0 to 1
     */
    public record Drawn(@JsonIgnore GreyImage picture, String read, double certainty) {
        /** The reading as people read it. */
        @JsonIgnore
        public String reading() {
            return String.format(Locale.ROOT, "read as %s, %.0f %% sure", read, 100 * certainty);
        }
    }

    /** @param networks of the model, open for as long as the strip is used */
    public GlyphStrip(GlyphNetworks networks, Manifest model, long seed) {
        this.networks = requireNonNull(networks, "networks");
        this.model = requireNonNull(model, "model");
        this.seed = seed;
    }

    /**
     * Returns the classes of a word's characters.
     *
     * @throws IllegalArgumentException if a character is none of the model's
     */
    public static int[] classesOf(String word, Manifest model) {
        List<String> known = model.classes().stream().map(ClassSpec::character).toList();
        List<Integer> classes = new ArrayList<>();
        for (String character : Graphemes.split(word)) {
            int index = known.indexOf(character);
            if (index < 0) {
                throw new IllegalArgumentException("the generator of " + model.id() + " has no character '" + character
                        + "'; it draws " + String.join("", known));
            }
            classes.add(index);
        }
        return classes.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Draws one glyph for each class.
     *
     * @param latent of the hand
     * @param noiseScale of the hand
     * @param classes one at least; may be more than the model has, if its generator does
     */
    public Drawn draw(float[] latent, double noiseScale, int[] classes) {
        float[] styles = new float[classes.length * model.styleSize()];
        float[] noises = new float[classes.length * model.noiseSize()];
        for (int place = 0; place < classes.length; place++) {
            System.arraycopy(latent, 0, styles, place * latent.length, latent.length);
            RandomGenerator random = Streams.named(seed, "strip-noise", place);
            for (int i = 0; i < model.noiseSize(); i++) {
                noises[place * model.noiseSize() + i] = (float) (noiseScale * random.nextGaussian());
            }
        }
        float[] ink = networks.draw(styles, noises, classes);
        return read(picture(ink, classes.length), networks.read(ink), classes.length);
    }

    private Drawn read(GreyImage picture, float[] logits, int glyphs) {
        StringBuilder read = new StringBuilder();
        double certainty = 0;
        int width = model.classes().size();
        for (int place = 0; place < glyphs; place++) {
            float[] own = Arrays.copyOfRange(logits, place * width, (place + 1) * width);
            int best = 0;
            for (int c = 1; c < width; c++) {
                best = own[c] > own[best] ? c : best;
            }
            double all = 0;
            for (float logit : own) {
                all += Math.exp(logit - own[best]);
            }
            read.append(model.classes().get(best).character());
            certainty += 1 / all / glyphs;
        }
        return new Drawn(picture, read.toString(), certainty);
    }

    private GreyImage picture(float[] ink, int glyphs) {
        int side = model.imageSize();
        BufferedImage small = new BufferedImage(glyphs * side, side, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < glyphs * side * side; i++) {
            int x = i / (side * side) * side + i % side;
            small.getRaster().setSample(x, i / side % side, 0, 255 - Math.round(255 * ink[i]));
        }
        BufferedImage large = new BufferedImage(
                ENLARGED * small.getWidth(), ENLARGED * small.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = large.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.drawImage(small, 0, 0, large.getWidth(), large.getHeight(), null);
        g.dispose();
        return new GreyImage(
                large.getWidth(),
                large.getHeight(),
                ((DataBufferByte) large.getRaster().getDataBuffer()).getData().clone());
    }
}
