/** A setting that the kennel cannot start with. The message is a whole sentence for the person who set it. */
export class SettingsError extends Error {}
