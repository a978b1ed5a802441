package io.inkstream.topology.routing;

import java.util.Optional;

/**
 * What is made of the policies of one model name at one moment.
 *
 * @param newest revision of the newest policy; {@code default} where there is none
 * @param inForce revision of the policy that routes documents: an older one while the newest is held; empty while none of
 *     this name does
 * @param stable serves by default
 * @param candidate serves a share
 * @param candidatePercent that share, 0 to 100; 0 while there is no candidate
 * @param held what of the newest policy is not in force, and why
 * @param halt the policy, in force or else newest, whose candidate is halted
 */
public record Standing(
        String newest,
        Optional<String> inForce,
        Optional<Version> stable,
        Optional<Version> candidate,
        int candidatePercent,
        Optional<String> held,
        Optional<Halt> halt) {

    /**
     * A candidate that no document is routed to any more.
     *
     * @param reason with the figures
     */
    public record Halt(String revision, String reason) {}
}
