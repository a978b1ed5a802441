package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.client.Cluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** All checks of a deployment, in the order of their findings. */
public final class Checks {
    /** Least limit of a check: that of the clocks listens for the interval of heartbeats, after it has connected. */
    public static final Duration LEAST_LIMIT = ClockCheck.LISTENED.plusMillis(1_500);

    private Checks() {}

    /**
     * Connects nothing yet.
     *
     * @param group of the topology, its application id
     * @param connect how long the brokers may take to answer at all
     * @param limit of each other wait, at least {@link #LEAST_LIMIT}
     * @param silence a process that is silent for longer is considered dead
     * @param lately how far back dead letters are looked at
     */
    public static List<Check> of(
            Cluster cluster,
            String group,
            Duration connect,
            Duration limit,
            Duration silence,
            Duration lately,
            InstantSource clock) {
        return List.of(
                new BrokerCheck(cluster, connect),
                new RegistryCheck(cluster),
                new TopicCheck(cluster, limit),
                new ServingCheck(cluster, silence, clock),
                new WorkCheck(cluster, group, limit),
                new CodeCheck(cluster, limit),
                new RefusalCheck(cluster, lately, limit, clock),
                new ClockCheck(cluster, silence, limit, clock));
    }
}
