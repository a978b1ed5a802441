package io.inkstream.ops.stack;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many processes of each kind a stack has; the registry is always one.
 *
 * @param brokers each is controller too, so an odd number; with three or more, topics have three replicas
 */
public record Shape(int brokers, int modelServers, int topologies) {
    public static final Shape ONE_OF_EACH = new Shape(1, 1, 1);
    /** The least in which nothing but the registry is there only once. */
    public static final Shape TWO_OF_EVERYTHING = new Shape(3, 2, 2);

    public Shape {
        if (brokers < 1 || brokers % 2 == 0 || modelServers < 1 || topologies < 1) {
            throw new IllegalArgumentException("need an odd number of brokers and at least one of the others, got "
                    + brokers + ", " + modelServers + ", " + topologies);
        }
    }

    /** How many of this kind. */
    public int count(Part part) {
        return switch (part) {
            case BROKER -> brokers;
            case REGISTRY -> 1;
            case MODEL_SERVER -> modelServers;
            case TOPOLOGY -> topologies;
        };
    }

    /** All of this kind. */
    public List<Member> members(Part part) {
        return IntStream.range(0, count(part))
                .mapToObj(index -> new Member(part, index))
                .toList();
    }

    /** All, in the order in which they need each other. */
    public List<Member> members() {
        return Stream.of(Part.values()).flatMap(part -> members(part).stream()).toList();
    }

    /** Replicas of every topic. */
    int replicas() {
        return Math.min(3, brokers);
    }

    /** Replicas that a write needs: one less than there are, so that one broker may be away. */
    int replicasInSync() {
        return Math.max(1, replicas() - 1);
    }
}
