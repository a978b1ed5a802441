package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.joins.Body;
import io.inkstream.modelserver.joins.Healing;
import io.inkstream.modelserver.joins.Join;
import io.inkstream.modelserver.joins.JoinRules;
import io.inkstream.modelserver.joins.Manner;
import io.inkstream.modelserver.joins.WordEnds;
import io.inkstream.schemas.hand.CounterRandom;
import io.inkstream.schemas.hand.CounterRandom.Purpose;
import io.inkstream.schemas.hand.HandTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Letters of a line, some joined to the one before. Whether a pair is joined is mostly a matter of hand and pair, a little of
 * the occurrence. What is chosen here, in x-heights, stays where the line is condensed. Immutable.
 */
final class JoinedLetters {
    /** Room that a joined pair has more than a lifted one, and how near its ink may come. */
    private static final double MORE_GAP = .16;

    private static final double LEAST_INK_GAP = .05;

    /** Hands that join less begin and end words without a line; those that join by the second figure more do both often. */
    private static final double WORD_ENDS_FROM = .35;

    private static final double WORD_ENDS_RANGE = .5;
    private static final double LEAD_IN_SHARE = .5;

    /** Share of the ascenders that a hand in full haste enters by a loop. */
    private static final double LOOPS = .5;

    /** From this haste on a hand joins whatever comes. */
    private static final double JOINS_ANYHOW_FROM = .5;

    private static final double HABIT_LIMIT = 2.5;
    private static final double JITTER_LIMIT = 2.2;

    private final List<Letter> letters;
    private final InkProfile[] profiles;
    private final Join[] before;

    private JoinedLetters(List<Letter> letters, InkProfile[] profiles, Join[] before) {
        this.letters = letters;
        this.profiles = profiles;
        this.before = before;
    }

    /** Letters that are all set apart. */
    static JoinedLetters apart(List<Letter> letters) {
        return new JoinedLetters(letters, profiles(letters, 1), new Join[letters.size()]);
    }

    private static InkProfile[] profiles(List<Letter> letters, double condense) {
        return letters.stream()
                .map(letter -> new InkProfile(letter.strokes(), condense, letter.radius()))
                .toArray(InkProfile[]::new);
    }

    /** What spacing sees of each letter where the line is condensed to a share of its width. */
    InkProfile[] profiles(double condense) {
        return condense == 1 ? profiles : profiles(letters, condense);
    }

    List<Letter> letters() {
        return letters;
    }

    /** How a letter is joined to the one before it, if it is. */
    Optional<Join> before(int letter) {
        return Optional.ofNullable(before[letter]);
    }

    /** How a letter is joined to the next, if it is. */
    Optional<Join> after(int letter) {
        return letter + 1 < before.length ? before(letter + 1) : Optional.empty();
    }

    /** What is drawn of a letter: a ligature that leaves it replaces some of its end. */
    Strokes drawn(int letter) {
        Letter own = letters.get(letter);
        return after(letter)
                .map(join -> own.strokes().with(own.body(), join.letter()))
                .orElse(own.strokes());
    }

    /** What the choice depends on beside the letters. */
    record Choice(double joining, double haste, double xHeight, LineFormat format, long seed, int lineIndex) {
        private CounterRandom random(Purpose purpose, long... counters) {
            return new CounterRandom(seed, purpose, counters);
        }

        private double below(Letter letter) {
            return format.roomBelow(letter.radius());
        }
    }

    /** Joins letters of words. */
    static JoinedLetters join(List<Letter> apart, Choice choice) {
        List<Letter> letters = new ArrayList<>();
        for (int i = 0; i < apart.size(); i++) {
            boolean endsWord = i + 1 == apart.size() || apart.get(i + 1).startsWord();
            letters.add(withEnds(healed(apart.get(i)), endsWord, i, choice));
        }
        boolean atBar = choice.random(Purpose.BAR_HABIT).nextUniform() < .5;
        InkProfile[] profiles = profiles(letters, 1);
        Join[] before = new Join[letters.size()];
        Body last = null;
        for (int i = 0; i < before.length; i++) {
            Letter letter = letters.get(i);
            Body body = body(letter, choice);
            if (i > 0 && !letter.startsWord() && !profiles[i].isEmpty() && !profiles[i - 1].isEmpty()) {
                Letter left = letters.get(i - 1);
                Optional<JoinRules.Pair> pair = pair(left, letter, i, choice);
                if (pair.isPresent()) {
                    Join.Place place = place(left, letter, profiles[i - 1], profiles[i], choice);
                    before[i] = Join.of(pair.get(), last, body, manner(atBar, letter, i, choice), place)
                            .orElse(null);
                }
            }
            last = body;
        }
        return new JoinedLetters(letters, profiles, before);
    }

    private static Manner manner(boolean atBar, Letter letter, int ordinal, Choice choice) {
        if (choice.haste == 0) {
            return Manner.careful(atBar);
        }
        int code = letter.glyph().codePoint();
        return new Manner(
                atBar,
                choice.random(Purpose.LOOP_HABIT, code).nextUniform() < choice.haste * LOOPS,
                choice.random(Purpose.HASTY_JOIN, choice.lineIndex, ordinal).nextUniform()
                        < choice.haste / JOINS_ANYHOW_FROM);
    }

    private static Body body(Letter letter, Choice choice) {
        return new Body(letter.strokes().lines().subList(0, letter.body()), choice.xHeight);
    }

    private static Letter healed(Letter letter) {
        List<float[]> lines = letter.strokes().lines();
        if (!Character.isLetter(letter.glyph().codePoint())) {
            return letter;
        }
        List<float[]> body =
                Healing.heal(lines.subList(0, letter.body()), letter.glyph().pieces());
        return body.size() == letter.body()
                ? letter
                : letter.with(letter.strokes().with(letter.body(), body), body.size());
    }

    /** The rule of a pair that is to be joined. */
    private static Optional<JoinRules.Pair> pair(Letter left, Letter right, int ordinal, Choice choice) {
        String before = left.glyph().character();
        String after = right.glyph().character();
        return JoinRules.standard().pair(before, after).filter(pair -> {
            double habit = choice.random(
                            Purpose.JOIN_HABIT,
                            left.glyph().codePoint(),
                            right.glyph().codePoint())
                    .nextGaussianWithin(HABIT_LIMIT);
            double drawn =
                    choice.random(Purpose.JOIN, choice.lineIndex, ordinal).nextUniform();
            return drawn < pair.probability(choice.joining, habit);
        });
    }

    private static Join.Place place(
            Letter left, Letter letter, InkProfile leftProfile, InkProfile profile, Choice choice) {
        InkProfile.Gaps gaps = leftProfile.gapsTo(profile, left.toleranceTo(letter));
        double maxOverlap = choice.format.layout().getMaxOverlap();
        double narrower = Math.min(leftProfile.width(), profile.width());
        double least = LEAST_INK_GAP - gaps.least();
        double shift = left.shiftOf(letter, gaps, letter.gap() + MORE_GAP, 1, -maxOverlap * narrower);
        double radius = Math.max(left.radius(), letter.radius());
        return new Join.Place(
                Math.max(shift, least), least, choice.format.roomAbove(radius), choice.format.roomBelow(radius));
    }

    private static Letter withEnds(Letter letter, boolean endsWord, int ordinal, Choice choice) {
        double amount = Math.max(0, Math.min(1, (choice.joining - WORD_ENDS_FROM) / WORD_ENDS_RANGE));
        double uneven = HandTraits.unevenness(choice.format.layout(), choice.lineIndex);
        String character = letter.glyph().character();
        int code = letter.glyph().codePoint();
        Body body = body(letter, choice);
        Strokes strokes = letter.strokes();
        int bodyCount = letter.body();
        if (endsWord
                && WordEnds.mayFlick(character)
                && choice.random(Purpose.FLICK_HABIT, code).nextUniform() < amount) {
            CounterRandom random = choice.random(Purpose.FLICK, choice.lineIndex, ordinal);
            double longer = uneven * .06 * random.nextGaussianWithin(JITTER_LIMIT);
            double rise = .2 + .08 * random.nextUniform();
            Optional<List<float[]>> flicked = WordEnds.flicked(body, longer, rise, choice.below(letter));
            if (flicked.isPresent()) {
                strokes = strokes.with(bodyCount, flicked.get());
                bodyCount = flicked.get().size();
            }
        }
        if (letter.startsWord()
                && WordEnds.mayLeadIn(character)
                && choice.random(Purpose.LEAD_IN_HABIT, code).nextUniform() < amount * LEAD_IN_SHARE) {
            double fall = .3
                    + .1
                            * choice.random(Purpose.LEAD_IN, choice.lineIndex, ordinal)
                                    .nextUniform();
            Optional<float[]> line = WordEnds.leadIn(body, fall);
            if (line.isPresent()) {
                strokes = strokes.with(
                        bodyCount,
                        Stream.concat(strokes.lines().subList(0, bodyCount).stream(), line.stream())
                                .toList());
            }
        }
        return letter.with(strokes, bodyCount);
    }
}
