package io.inkstream.modelserver.grapheme;

import static java.util.stream.Collectors.toCollection;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.alphabet.Mark;
import io.inkstream.schemas.alphabet.Step;
import io.inkstream.schemas.hand.CounterRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Draws one grapheme of a hand by its {@link Composition}, each time a little otherwise. Used once; not thread-safe.
 *
 * <p>Pen and slant are the hand's: pieces may be scaled, the pen that draws them is not, which makes {@code ²} and {@code
 * ½} look written.
 */
public final class GraphemeComposer {
    /** Heights above the baseline: foot of what is raised and lowered, middle of a circle. */
    private static final double RAISED_BY = .72;

    private static final double LOWERED_BY = -.38;
    private static final double NUMERATOR_BY = .82;
    private static final double CIRCLE_MIDDLE = .72;
    private static final double CIRCLE = 1.5;
    private static final double IN_CIRCLE = .78;

    private final MarkHabits hand;
    private final Iterator<PenGlyph> forms;
    private final PenShapes pen;

    private GraphemeComposer(MarkHabits hand, Iterator<PenGlyph> forms, CounterRandom random) {
        this.hand = hand;
        this.forms = forms;
        pen = new PenShapes(Alphabet.standard(), hand, random);
    }

    /**
     * Draws a grapheme.
     *
     * @param forms of {@link Composition#characters}, in their order
     * @param random decides how this occurrence differs from others
     */
    public static PenGlyph compose(
            Composition composition, List<PenGlyph> forms, MarkHabits hand, CounterRandom random) {
        Drawn drawn = new GraphemeComposer(hand, forms.iterator(), random).draw(composition);
        return PenGlyph.composed(drawn.strokes(), drawn.readable());
    }

    /** @param readable strokes, from the first, that a reader of the model's characters knows */
    private record Drawn(List<float[]> strokes, int readable) {}

    private Drawn draw(Composition composition) {
        Ink ink = new Ink();
        String letter = "";
        if (composition.base() instanceof Composition.Letter base) {
            letter = base.character();
            ink.add(nextForm());
        } else if (composition.base() instanceof Composition.Recipe recipe) {
            letter = recipe.character();
            follow(recipe.steps(), ink, letter);
        } else if (composition.base() instanceof Composition.Arranged arranged) {
            ink.add(arrange(arranged));
        } else {
            composition.marks().forEach(mark -> lone(ink, mark));
            return new Drawn(ink.strokes(), 0);
        }
        if (composition.marks().isEmpty() || ink.isEmpty()) {
            return new Drawn(ink.strokes(), letter(composition, ink));
        }
        MarkPlacer placer = new MarkPlacer(ink, letter, hand, pen);
        if (isSoftDotted(letter) && composition.marks().stream().anyMatch(mark -> mark.place() == Mark.Place.ABOVE)) {
            ink.become(Dots.stem(ink.strokes()));
        }
        placer.makeRoom(composition.marks());
        int readable = letter(composition, ink);
        composition.marks().forEach(placer::set);
        placer.fit();
        return new Drawn(ink.strokes(), readable);
    }

    private static int letter(Composition composition, Ink ink) {
        return composition.letter().isPresent() ? ink.strokes().size() : 0;
    }

    private static boolean isSoftDotted(String letter) {
        return !letter.isEmpty() && UCharacter.hasBinaryProperty(letter.codePointAt(0), UProperty.SOFT_DOTTED);
    }

    private List<float[]> nextForm() {
        return forms.next().strokes().lines();
    }

    /** A mark over a small letter that is not drawn. */
    private void lone(Ink ink, Mark mark) {
        Ink letter = new Ink();
        letter.add(List.of(new float[] {0, 0, .5f, 0, .5f, -1, 0, -1}));
        new MarkPlacer(letter, "o", hand, pen).set(mark);
        ink.add(letter.strokes().subList(1, letter.strokes().size()));
    }

    // Characters in an arrangement

    private List<float[]> arrange(Composition.Arranged arranged) {
        double scale = arranged.arrangement().scale();
        return switch (arranged.arrangement()) {
            case ROW -> row(arranged.parts(), .14);
            case RAISED -> Paths.shifted(Paths.scaled(row(arranged.parts(), .22), scale, scale), 0, -RAISED_BY);
            case LOWERED -> Paths.shifted(Paths.scaled(row(arranged.parts(), .22), scale, scale), 0, -LOWERED_BY);
            case CIRCLED -> circled(row(arranged.parts(), .12));
            case FRACTION -> {
                int from = arranged.denominatorFrom();
                List<float[]> above = row(arranged.parts().subList(0, from), .2);
                List<float[]> slash = Paths.leaned(pen.draw("slash", .62, 1.75), hand.slant());
                List<float[]> below =
                        row(arranged.parts().subList(from, arranged.parts().size()), .2);
                List<float[]> all = Paths.shifted(Paths.scaled(above, scale, scale), 0, -NUMERATOR_BY);
                all = beside(all, Paths.shifted(slash, 0, .1), .02);
                yield beside(all, Paths.shifted(Paths.scaled(below, scale, scale), 0, .02), .02);
            }
        };
    }

    private List<float[]> row(List<Composition> parts, double gap) {
        List<float[]> row = new ArrayList<>();
        for (Composition part : parts) {
            row = beside(row, draw(part).strokes(), gap);
        }
        return row;
    }

    private List<float[]> beside(List<float[]> left, List<float[]> right, double gap) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? right : left;
        }
        double shift = gap + hand.pen() - Paths.rowGap(left, right, .15);
        return Stream.concat(left.stream(), Paths.shifted(right, shift, 0).stream())
                .collect(toCollection(ArrayList::new));
    }

    private List<float[]> circled(List<float[]> content) {
        List<float[]> circle = Paths.leaned(pen.draw("circle", CIRCLE, CIRCLE), hand.slant());
        Paths.Box around = Paths.box(circle);
        List<float[]> all =
                new ArrayList<>(Paths.shifted(circle, -around.middleX(), -around.middleY() - CIRCLE_MIDDLE));
        if (!content.isEmpty()) {
            Paths.Box box = Paths.box(content);
            double scale = IN_CIRCLE / Math.max(.7, Math.max(box.width(), box.height()));
            all.addAll(Paths.shifted(
                    Paths.scaled(content, scale, scale),
                    -scale * box.middleX(),
                    -scale * box.middleY() - CIRCLE_MIDDLE));
        }
        return all;
    }

    // Step by step

    private void follow(List<Step> steps, Ink ink, String letter) {
        Paths.Box last = new Paths.Box(0, 0, 0, 0);
        for (Step step : steps) {
            List<float[]> placed = List.of();
            if (step instanceof Step.Glyph glyph) {
                placed = place(ink, last, glyph(glyph), glyph.placement());
            } else if (step instanceof Step.Pen shape) {
                placed = place(ink, last, shape(shape), shape.placement());
            } else if (step instanceof Step.Part part) {
                placed = place(ink, last, draw(part.composition()).strokes(), part.placement());
            } else if (step instanceof Step.Pull pull) {
                if (!ink.isEmpty()) { // a model may draw nothing
                    ink.add(pull(ink, pull));
                }
            } else if (step instanceof Step.Accent accent) {
                if (!ink.isEmpty()) {
                    new MarkPlacer(ink, letter, hand, pen).set(accent.mark());
                }
            } else if (step instanceof Step.LoneAccent lone) {
                lone(ink, lone.mark());
            }
            if (!placed.isEmpty()) {
                ink.add(placed);
                last = Paths.box(placed);
            }
        }
    }

    private List<float[]> glyph(Step.Glyph glyph) {
        List<float[]> form = nextForm();
        if (form.isEmpty()) {
            return form;
        }
        if (glyph.isDotless()) {
            form = isSoftDotted(glyph.character())
                    ? Dots.stem(form)
                    : Dots.parts(form).stem();
        }
        if (glyph.isTurned() || glyph.isMirrored()) {
            Paths.Box box = Paths.box(form);
            form = Paths.shifted(form, -box.middleX(), -box.middleY());
            if (glyph.isTurned()) {
                form = Paths.scaled(form, -1, -1); // a turn keeps the slant
            } else {
                List<float[]> upright = Paths.leaned(form, -hand.slant());
                form = Paths.leaned(Paths.scaled(upright, -1, 1), hand.slant());
            }
            form = Paths.shifted(form, 0, box.top() - Paths.box(form).top());
        }
        Paths.Box box = Paths.box(form);
        double scaleX = 1;
        double scaleY = 1;
        if (glyph.height().isPresent()) {
            scaleY = glyph.height().getAsDouble() / Math.max(.05, box.height()) * (1 + .02 * pen.gaussian());
            scaleX = scaleY;
        }
        if (glyph.width().isPresent()) {
            scaleX = glyph.width().getAsDouble() / Math.max(.05, box.width()) * (1 + .05 * pen.gaussian());
        }
        form = Paths.scaled(form, scaleX, scaleY);
        if (glyph.height().isPresent() || glyph.bottom().isPresent()) {
            double bottom = glyph.bottom().orElse(0);
            form = Paths.shifted(form, 0, -bottom - Paths.box(form).bottom());
        }
        return form;
    }

    private List<float[]> shape(Step.Pen step) {
        List<float[]> drawn =
                pen.draw(step.shape(), step.width(), step.height(), step.isFlipped(), step.isUpsideDown(), step.tilt());
        return Paths.leaned(Paths.shifted(drawn, 0, -step.bottom()), hand.slant());
    }

    private List<float[]> pull(Ink ink, Step.Pull pull) {
        double x;
        double length = pull.length();
        if (pull.across() == Step.Across.WHOLE || pull.across() == Step.Across.CENTRE) {
            Paths.Box box = ink.box();
            x = box.middleX() + hand.slant() * (pull.y() + box.middleY());
            length *= pull.across() == Step.Across.WHOLE ? Math.max(.3, box.width()) : 1;
        } else {
            float[] across = ink.at(pull.y());
            double left = across[Paths.farthest(across, -1, 0)];
            double right = across[Paths.farthest(across, 1, 0)];
            x = switch (pull.across()) {
                case LEFT -> left + (pull.isSlanted() ? .06 : .12);
                case RIGHT -> right - .06;
                default -> (left + right) / 2;
            };
            length *= pull.across() == Step.Across.BOX ? Math.max(.3, right - left) : 1;
        }
        x += pull.dx() + .02 * pen.gaussian();
        double y = pull.y() + .02 * pen.gaussian();
        double angle = StrictMath.atan(pull.slope());
        double width = length * StrictMath.cos(angle);
        double height = length * StrictMath.sin(angle);
        List<float[]> drawn = pen.draw(pull.isSlanted() ? "slash" : "line", width, height);
        return Paths.shifted(drawn, x - width / 2, -y + height / 2);
    }

    /** Shifts a piece to where it belongs. */
    private List<float[]> place(Ink ink, Paths.Box last, List<float[]> piece, Step.Placement placement) {
        if (ink.isEmpty() || piece.isEmpty()) {
            return Paths.shifted(piece, placement.dx(), 0);
        }
        Paths.Box box = Paths.box(piece);
        Paths.Box all = ink.box();
        double dx = 0;
        double dy = 0;
        switch (placement.at()) {
            case NOWHERE -> {}
            case BESIDE -> dx = placement.gap() + hand.pen() - Paths.rowGap(ink.strokes(), piece, .15);
            case MIDDLE -> dx = onSlant(all.middleX(), all.middleY(), box);
            case LAST -> dx = onSlant(last.middleX(), last.middleY(), box);
            case LEFT -> {
                boolean isBelow = box.bottom() > .05;
                double height = isBelow
                        ? Math.min(Math.max(-box.bottom() + .15, ink.bottom() + .2), ink.top() - .15)
                        : -box.bottom() + .12;
                float[] across = ink.at(height);
                int at = Paths.farthest(across, -1, 0);
                dx = !isBelow && -box.bottom() > .6
                        ? across[at] - box.right() + .02
                        : onSlant(across[at], across[at + 1], box);
            }
            case RIGHT -> dx = all.right() - box.right() + .02;
            case LEFT_EDGE -> dx = all.left() - box.left();
            case RIGHT_EDGE -> dx = all.right() - box.right();
            case FOOT -> {
                float[] foot = Paths.where(ink.points(), y -> y > all.bottom() - .25);
                int at = Paths.farthest(foot, 1, 0);
                float[] points = Paths.points(piece);
                int head = Paths.farthest(points, 0, -1);
                dx = foot[at] - points[head];
                dy = foot[at + 1] - points[head + 1] - .02;
            }
            case FOOT_MIDDLE -> {
                float[] points = ink.points();
                int at = Paths.farthest(points, 0, 1);
                dx = points[at] - box.middleX();
                dy = points[at + 1] - box.bottom();
            }
            case TIP -> {
                float[] points = ink.points();
                int at = Paths.farthest(points, 0, -1);
                dx = points[at] - box.left();
                dy = points[at + 1] - box.bottom();
            }
            case TIP_MIDDLE -> {
                float[] points = ink.points();
                int at = Paths.farthest(points, 0, -1);
                dx = points[at] - box.middleX();
                dy = points[at + 1] - box.top();
            }
            case TIP_LEFT, TIP_RIGHT -> {
                float[] head = Paths.where(ink.points(), y -> y < all.top() + .3);
                boolean isLeft = placement.at() == Step.Anchor.TIP_LEFT;
                int at = Paths.farthest(head, isLeft ? -1 : 1, 0);
                dx = isLeft ? head[at] - box.right() + .02 : head[at] - box.left();
                dy = head[at + 1] + (isLeft ? .1 : 0) - box.bottom();
            }
            case STEM -> {
                float[] head = Paths.where(ink.points(), y -> y < all.top() + .25);
                int at = Paths.farthest(head, -1, 0);
                List<float[]> joined = Paths.scaled(piece, 1, -head[at + 1] / Math.max(.1, box.height()));
                return Paths.shifted(joined, head[at] - Paths.box(joined).right() + placement.dx(), 0);
            }
        }
        return Paths.shifted(piece, dx + placement.dx(), dy);
    }

    /** The shift that brings a piece onto a point along the slant. */
    private double onSlant(double x, double y, Paths.Box box) {
        return x + hand.slant() * (y - box.middleY()) - box.middleX();
    }
}
