/** Why a broken post-copy is not resumed from here: no call of ours would mend it. Its cause is what the stream broke of. */
export class ResumeObstacle extends Error {
  override readonly name = 'ResumeObstacle'
}
