export declare function build(root: string, dir: string): Promise<void>;
export declare function buildProfile(profile: string, dir: string): Promise<string>;
