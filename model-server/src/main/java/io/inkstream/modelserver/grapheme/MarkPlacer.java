package io.inkstream.modelserver.grapheme;

import io.inkstream.schemas.alphabet.Mark;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets the marks of one grapheme on its letter, one after the other, outwards. Lengths are x-heights, heights count from
 * the baseline upward. Not thread-safe.
 */
final class MarkPlacer {
    /** Canvas above and below the baseline, less a white pixel at 64 pixels: what the composer of lines can show. */
    static final double ROOM_ABOVE = 1.95;

    static final double ROOM_BELOW = 1.15;

    /** Higher letters are capitals and ascenders. */
    private static final double TALL = 1.25;

    /** Marks of a word stand level: small letters count as this high at least. */
    private static final double LEVEL = .93;

    private static final String ASCENDERS = "bdfhklt";
    private static final String SLENDER = ASCENDERS + "I";

    private static final int GRAVE = 0x300;
    private static final int ACUTE = 0x301;
    private static final int CIRCUMFLEX = 0x302;
    private static final int BREVE = 0x306;
    private static final int HOOK = 0x309;
    private static final int CARON = 0x30C;

    private final Ink ink;
    private final String letter;
    private final MarkHabits hand;
    private final PenShapes pen;

    /** Marks that stand above, from the letter outwards. */
    private final List<Placed> above = new ArrayList<>();

    private int aboveFrom;
    private Ink.Zone anchor;
    private Ink.Zone footAnchor;
    private double footX;
    private int below;

    private record Placed(Mark mark, Paths.Box box) {}

    /** @param letter that the ink is of, which some marks treat by what it is */
    MarkPlacer(Ink ink, String letter, MarkHabits hand, PenShapes pen) {
        this.ink = ink;
        this.letter = letter;
        this.hand = hand;
        this.pen = pen;
    }

    /** Lowers a tall letter so that the marks above it fit under the top of the canvas. */
    void makeRoom(List<Mark> marks) {
        List<Mark> stacked =
                marks.stream().filter(mark -> mark.place() == Mark.Place.ABOVE).toList();
        if (stacked.isEmpty() || ink.isEmpty()) {
            return;
        }
        double top = ink.top();
        boolean isTall = top > TALL;
        double flatter = isSlender() ? .65 : isTall ? .8 : 1;
        double needed = 0;
        for (int i = 0; i < stacked.size(); i++) {
            Mark mark = stacked.get(i);
            double height = (mark.isDots() ? .08 : mark.height()) * flatter;
            if (i == 0) {
                needed += gap(mark, isTall) + height;
            } else if (isBeside(stacked.get(i - 1), mark)) {
                needed += .14;
            } else if (isCup(stacked.get(i - 1))) {
                needed += .03 + hand.pen() + .6 * height;
            } else {
                needed += .05 + hand.pen() + .8 * height;
            }
        }
        double allowed = ROOM_ABOVE - hand.pen() / 2 - .07 - needed;
        if (top <= allowed) {
            return;
        }
        double factor = Math.max(allowed / top, isSlender() ? .8 : isTall ? .74 : .86);
        if (is(ASCENDERS)) {
            ink.become(lowered(top, factor));
        } else {
            ink.become(Paths.scaled(ink.strokes(), StrictMath.pow(factor, .45), factor));
        }
    }

    /** Only the ascender gives way, not the body of the letter. */
    private List<float[]> lowered(double top, double factor) {
        double knee = .55;
        double share = (top * factor - knee) / (top - knee);
        return Paths.moved(ink.strokes(), new Paths.Move() {
            @Override
            public double x(double x, double y) {
                return x;
            }

            @Override
            public double y(double x, double y) {
                return -y > knee ? -(knee + (-y - knee) * share) : y;
            }
        });
    }

    /** Brings all that is drawn within the canvas. */
    void fit() {
        double above = ROOM_ABOVE - hand.pen() / 2 - .05;
        if (ink.top() > above) {
            ink.become(Paths.raised(ink.strokes(), above / ink.top()));
        }
        double below = ROOM_BELOW - hand.pen() / 2 - .05;
        if (-ink.bottom() > below) {
            ink.become(Paths.lowered(ink.strokes(), below / -ink.bottom()));
        }
    }

    /** Sets the next mark. */
    void set(Mark mark) {
        switch (mark.place()) {
            case ABOVE -> setAbove(mark);
            case BELOW -> setBelow(mark);
            case CEDILLA -> setCedilla(mark);
            case OGONEK -> setOgonek(mark);
            case HORN -> setHorn(mark);
            case RIGHT -> setRight(mark);
            case BAR -> setBar(mark);
            case SLASH -> setSlash(mark);
        }
    }

    private void setAbove(Mark mark) {
        boolean isTall = ink.top() > 1.3;
        double width = mark.width() * hand.size() * hand.width();
        double height = mark.height() * hand.size();
        if (!mark.isDots()) {
            height *= isTall ? isSlender() ? .65 : .8 : 1;
            if (above.size() == 1) {
                height *= .85;
                width *= .92;
            }
        }
        if (above.isEmpty()) {
            setFirstAbove(mark, width, height, isTall);
        } else if (isBeside(above.get(above.size() - 1).mark(), mark)) {
            setBeside(mark, width, height, isTall);
        } else {
            setUpon(mark, width, height, isTall);
        }
    }

    private void setFirstAbove(Mark mark, double width, double height, boolean isTall) {
        anchor = Ink.topZone(ink.strokes(), .42);
        double top = isTall ? anchor.edge() : Math.max(anchor.edge(), LEVEL);
        double gap = gap(mark, isTall) + loosely(isTall);
        if (mark.isDots() && !isTall) {
            gap = Math.max(gap, .3);
        }
        List<float[]> drawn = shape(mark, width, height);
        aboveFrom = ink.strokes().size();
        addAbove(mark, standing(drawn, anchor.x(), anchor.height(), top + gap));
    }

    /** A second mark sinks into the first as far as the pen allows. */
    private void setUpon(Mark mark, double width, double height, boolean isTall) {
        List<float[]> lower =
                List.copyOf(ink.strokes().subList(aboveFrom, ink.strokes().size()));
        double top = -Paths.box(lower).top();
        double x = anchor.x() + hand.slant() * (top - anchor.height());
        double gap = .09 + hand.pen() + loosely(isTall);
        List<float[]> upper = Paths.shifted(standing(shape(mark, width, height), x, top, top + gap), 0, .3);
        float[] lowerPoints = Paths.points(lower);
        for (int i = 0; i < 60 && Paths.distance(lowerPoints, Paths.points(upper)) < hand.pen() + .06; i++) {
            upper = Paths.shifted(upper, 0, -.015);
        }
        addAbove(mark, upper);
    }

    /** Vietnamese pairs: the second stands at the shoulder of the circumflex, the grave at the left one. */
    private void setBeside(Mark mark, double width, double height, boolean isTall) {
        Paths.Box hat = above.get(above.size() - 1).box();
        List<float[]> hatStrokes =
                List.copyOf(ink.strokes().subList(aboveFrom, ink.strokes().size()));
        boolean isLeft = mark.codePoint() == GRAVE;
        List<float[]> drawn = shape(mark, .8 * width, height * (isTall ? .95 : .8));
        Paths.Box box = Paths.box(drawn);
        double bottom = -hat.bottom() + (isTall ? .10 : .16);
        double dx = isLeft ? hat.left() + .10 - box.right() : hat.right() - .06 - box.left();
        drawn = Paths.shifted(drawn, dx, -bottom - box.bottom());
        float[] hatPoints = Paths.points(hatStrokes);
        for (int i = 0; i < 30 && Paths.distance(hatPoints, Paths.points(drawn)) < hand.pen() + .08; i++) {
            drawn = Paths.shifted(drawn, isLeft ? -.012 : .012, -.006);
        }
        double aside = isLeft ? .05 : -.05;
        ink.strokes().subList(aboveFrom, ink.strokes().size()).clear();
        ink.add(Paths.shifted(hatStrokes, aside, 0));
        addAbove(mark, Paths.shifted(drawn, aside, 0));
    }

    private void addAbove(Mark mark, List<float[]> drawn) {
        above.add(new Placed(mark, Paths.box(drawn)));
        ink.add(drawn);
    }

    /** Centred on x of the given height, along the slant, with its bottom where it is said. */
    private List<float[]> standing(List<float[]> drawn, double x, double height, double bottom) {
        Paths.Box box = Paths.box(drawn);
        double middle = bottom + box.height() / 2;
        return Paths.shifted(
                drawn,
                x + hand.slant() * (middle - height) - box.middleX() + .03 * pen.gaussian(),
                -bottom - box.bottom());
    }

    private double loosely(boolean isTall) {
        return isTall ? .02 * Math.abs(pen.gaussian()) : .025 * pen.gaussian();
    }

    private void setBelow(Mark mark) {
        List<float[]> drawn = shape(mark);
        Paths.Box box = Paths.box(drawn);
        Ink.Zone foot = Ink.bottomZone(ink.strokes(), .3);
        Ink.Zone head = Ink.topZone(ink.strokes(), .6);
        if (foot.edge() < -.35 && below == 0) {
            // Under a descender there is no room: beside it, under the body of the letter.
            double top = -.28;
            double middle = top - box.height() / 2;
            double x = head.x() + hand.slant() * (middle - head.height());
            drawn = Paths.shifted(drawn, x - box.middleX(), -top - box.top());
            float[] tail = Paths.where(ink.points(), y -> y > .05 && y < .75);
            if (Paths.distance(tail, Paths.points(drawn)) < hand.pen() + .12) {
                double right = tail[Paths.farthest(tail, 1, 0)];
                drawn = Paths.shifted(
                        drawn, right + hand.pen() + .12 - Paths.box(drawn).left(), 0);
            }
        } else {
            double top = Math.min(foot.edge(), .03) - mark.gap() - hand.pen();
            double middle = top - box.height() / 2;
            if (footAnchor == null) {
                footAnchor = foot;
                footX = Math.abs(foot.x() - head.x()) < .6
                        ? .5 * (foot.x() + head.x() + hand.slant() * (foot.height() - head.height()))
                        : foot.x();
            }
            double x = footX + hand.slant() * (middle - footAnchor.height());
            drawn = Paths.shifted(drawn, x - box.middleX() + .02 * pen.gaussian(), -top - box.top());
        }
        below++;
        ink.add(drawn);
    }

    private void setCedilla(Mark mark) {
        float[] points = ink.points();
        double x = Ink.bottomZone(ink.strokes(), .22).x();
        double lowest = Double.NEGATIVE_INFINITY;
        double lowestNear = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < points.length; i += 2) {
            lowest = Math.max(lowest, points[i + 1]);
            if (Math.abs(points[i] - x) < .16) {
                lowestNear = Math.max(lowestNear, points[i + 1]);
            }
        }
        hang(shape(mark), x, Double.isInfinite(lowestNear) ? lowest : lowestNear);
    }

    private void setOgonek(Mark mark) {
        float[] points = ink.points();
        double bottom = ink.box().bottom();
        float[] foot = Paths.where(points, y -> y > bottom - .22);
        int at = is("oOø") ? Paths.farthest(foot, 0, 1) : Paths.farthest(foot, 1, 0);
        hang(shape(mark), foot[at] - .02, foot[at + 1] - .01);
    }

    private void setHorn(Mark mark) {
        double top = ink.box().top();
        float[] head = Paths.where(ink.points(), y -> y < top + .3);
        int at = Paths.farthest(head, 1, 0);
        hang(shape(mark), head[at] - .02, head[at + 1] + .03);
    }

    /** Joins the begin of a mark's path to a point of the ink. */
    private void hang(List<float[]> drawn, double x, double y) {
        float[] path = drawn.get(0);
        ink.add(Paths.shifted(drawn, x - path[0], y - path[1]));
    }

    private void setRight(Mark mark) {
        float[] points = ink.points();
        double top = ink.top();
        float[] beside = points;
        if (is("t")) {
            beside = Paths.where(points, y -> -y > top - .4);
        } else if (top > 1.2) {
            beside = Paths.where(points, y -> -y > 1);
        }
        double right = beside[Paths.farthest(beside, is("L") ? -1 : 1, 0)];
        List<float[]> drawn = shape(mark);
        Paths.Box box = Paths.box(drawn);
        ink.add(Paths.shifted(
                drawn, right + mark.gap() + hand.pen() - box.left(), -Math.min(top + .02, 1.8) - box.top()));
    }

    private void setBar(Mark mark) {
        Paths.Box box = ink.box();
        double middle = -(box.top() + Math.min(box.bottom(), 0)) / 2;
        float[] across = ink.at(middle);
        double x = (across[Paths.farthest(across, -1, 0)] + across[Paths.farthest(across, 1, 0)]) / 2;
        double width = mark.width() * hand.size() * hand.width();
        double height = mark.height() * hand.size();
        ink.add(Paths.shifted(pen.draw(mark.shape(), width, height), x - width / 2, -middle + height / 2));
    }

    private void setSlash(Mark mark) {
        Paths.Box box = ink.box();
        double height = box.height() * mark.width() * .92 + .1;
        double width = Math.min(box.width() * mark.width() + .12, 1.2 * height + .3);
        List<float[]> drawn = Paths.leaned(pen.draw("slash", width, height), hand.slant());
        Paths.Box slash = Paths.box(drawn);
        ink.add(Paths.shifted(drawn, box.middleX() - slash.middleX(), box.middleY() - slash.middleY()));
    }

    private List<float[]> shape(Mark mark) {
        return shape(mark, mark.width() * hand.size() * hand.width(), mark.height() * hand.size());
    }

    private List<float[]> shape(Mark mark, double width, double height) {
        return Paths.leaned(pen.draw(mark.shape(), width, height), hand.slant());
    }

    private double gap(Mark mark, boolean isTall) {
        return Math.max(mark.gap() * hand.gap() * (isTall ? .6 : 1), isTall ? .10 : .12) + hand.pen();
    }

    private static boolean isBeside(Mark inner, Mark outer) {
        return inner.codePoint() == CIRCUMFLEX
                && (outer.codePoint() == GRAVE || outer.codePoint() == ACUTE || outer.codePoint() == HOOK);
    }

    private static boolean isCup(Mark mark) {
        return mark.codePoint() == BREVE || mark.codePoint() == CARON;
    }

    private boolean isSlender() {
        return is(SLENDER);
    }

    private boolean is(String letters) {
        return !letter.isEmpty() && letters.contains(letter);
    }
}
