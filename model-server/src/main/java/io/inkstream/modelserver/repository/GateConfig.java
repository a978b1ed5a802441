package io.inkstream.modelserver.repository;

import io.inkstream.schemas.settings.Setting;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import java.util.List;
import java.util.Map;

/**
 * How well a version has to draw before it serves: the gate's settings, declared here and nowhere else. RATIONALE.md has
 * what good and bad models measure.
 */
public record GateConfig(Settings settings) {
    static final Setting<Integer> DRAWS = Setting.integer(
            "inkstream.model.server.gate.draws",
            6,
            4,
            64,
            "Drawings of each character that the quality gate asks of a version before it serves.");
    static final Setting<Double> ACCURACY_TOLERANCE = Setting.decimal(
            "inkstream.model.server.gate.accuracy.tolerance",
            .12,
            0,
            1,
            "How far the share of drawings that the server's reader reads correctly may lie below the card's"
                    + " accuracy_generated (which weighs characters differently).");
    static final Setting<Double> MIN_ACCURACY = Setting.decimal(
            "inkstream.model.server.gate.min.accuracy",
            .75,
            0,
            1,
            "Share of drawings that the server's reader must read correctly or as a look-alike.");
    static final Setting<Integer> MAX_MISREAD = Setting.integer(
            "inkstream.model.server.gate.max.misread",
            1,
            0,
            1_000_000,
            "How many characters may be misread nearly always; two would mean swapped labels.");
    public static final Setting<Double> MIN_DEVIATION = Setting.decimal(
            "inkstream.model.server.gate.min.deviation",
            .14,
            0,
            1,
            "Minimum standard deviation of a pixel between drawings of one character; handwriting has 0.22.");
    public static final Setting<Double> MAX_DEVIATION = Setting.decimal(
            "inkstream.model.server.gate.max.deviation",
            .3,
            0,
            1,
            "Maximum standard deviation of a pixel between drawings of one character.");
    static final Setting<Integer> MAX_UNVARIED = Setting.integer(
            "inkstream.model.server.gate.max.unvaried",
            0,
            0,
            1_000_000,
            "How many characters may look alike in all their drawings, or be blank in them.");
    static final Setting<String> REQUIRED_CHARACTERS = Setting.text(
            "inkstream.model.server.gate.required.characters",
            "",
            "Characters that every version must be able to draw, without separators.");

    public static final List<Setting<?>> SETTINGS = List.of(
            DRAWS,
            ACCURACY_TOLERANCE,
            MIN_ACCURACY,
            MAX_MISREAD,
            MIN_DEVIATION,
            MAX_DEVIATION,
            MAX_UNVARIED,
            REQUIRED_CHARACTERS);

    public static final GateConfig DEFAULTS = new GateConfig(Settings.of(SETTINGS, Map.of(), Map.of(), Map.of()));

    /** @throws SettingsException if the bounds contradict each other */
    public GateConfig {
        double least = settings.get(MIN_DEVIATION);
        double most = settings.get(MAX_DEVIATION);
        if (least > most) {
            throw new SettingsException(
                    "inkstream.model.server.gate.*: the least deviation is above the most: " + least + " > " + most);
        }
    }

    <T> T get(Setting<T> setting) {
        return settings.get(setting);
    }
}
