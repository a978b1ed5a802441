package io.inkstream.ops.stack;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * One process of a stack: the how manieth of its kind it is.
 *
 * @param index from 0
 */
public record Member(Part part, int index) implements Comparable<Member> {
    private static final Comparator<Member> ORDER =
            Comparator.comparing(Member::part).thenComparingInt(Member::index);

    public Member {
        requireNonNull(part, "part");
        if (index < 0) {
            throw new IllegalArgumentException("the index is at least 0, not " + index);
        }
    }

    /** The first of its kind. */
    public static Member first(Part part) {
        return new Member(part, 0);
    }

    /** Name of the process for people, of its log file and of its directory. */
    public String label() {
        return index == 0 ? part.label() : part.label() + "-" + (index + 1);
    }

    /** In the order in which they need each other. */
    @Override
    public int compareTo(Member other) {
        return ORDER.compare(this, other);
    }
}
