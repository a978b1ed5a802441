package io.inkstream.modelserver.joins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a joining hand writes before the first letter of a word and behind its last one. */
public final class WordEnds {
    private static final String FLICKED = "adhilmntu";
    private static final String LED_IN = "imnruvwypj";
    private static final double FLICK = .42;

    private WordEnds() {}

    /** Whether the letter may end in a flick. */
    public static boolean mayFlick(String letter) {
        return letter.length() == 1 && FLICKED.contains(letter);
    }

    /** Whether a line may lead into the letter. */
    public static boolean mayLeadIn(String letter) {
        return letter.length() == 1 && LED_IN.contains(letter);
    }

    /**
     * A letter whose foot is rounded into a flick.
     *
     * @param longer by how much it is longer than others
     * @param rise height of its tip
     * @param below depth of what may be drawn
     * @return its lines; none if it has no foot that points down
     */
    public static Optional<List<float[]>> flicked(Body letter, double longer, double rise, double below) {
        return Exit.of(ExitClass.LOW, letter, false)
                .filter(exit -> exit.kind() == Exit.Kind.TURN)
                .flatMap(exit -> {
                    Vector tip = new Vector(exit.point().x() + FLICK + longer, -rise);
                    Ligature flick = Ligature.best(
                            exit,
                            List.of(new Entry(tip, Vector.unit(.8, -.6), 0)),
                            0,
                            new Ligature.Room(Double.POSITIVE_INFINITY, below / letter.xHeight()),
                            Double.POSITIVE_INFINITY);
                    if (flick == null || flick.cost() == Double.POSITIVE_INFINITY) {
                        return Optional.empty();
                    }
                    List<float[]> lines = new ArrayList<>(exit.letter());
                    lines.add(flick.line());
                    return Optional.of(Polylines.scaled(lines, letter.xHeight()));
                });
    }

    /**
     * A line that leads into the head of a letter.
     *
     * @param fall how much lower it begins
     */
    public static Optional<float[]> leadIn(Body letter, double fall) {
        Exit low = new Exit(Exit.Kind.DIRECT, new Vector(0, 0), new Vector(1, 0), false, List.of());
        return Entry.of(EntryClass.TOP, letter, low, false).stream().findFirst().map(entry -> {
            Vector start = entry.point().plus(-.24, fall);
            return Polylines.scaled(
                    Ligature.curve(
                            start,
                            Vector.unit(.8, -.35).times(.4),
                            entry.point(),
                            entry.direction().times(.4)),
                    letter.xHeight());
        });
    }
}
