import type { NovaUnderWay } from '@landfall/api'
import { Notice } from '../../parts/notice.tsx'
import { Time } from '../../parts/time.tsx'
import { instanceWords, libvirtWords, recordWords } from './nova-words.ts'

/** Where Nova carries a migration out: its state beside libvirt's, and each difference with what to do about it. */
export function BesideNova({ nova }: { nova: NovaUnderWay }) {
  const { cloud, seen, silent } = nova
  return (
    <section aria-labelledby="nova">
      <h2 id="nova">
        Nova {cloud !== '' && <span className="count">of {cloud}</span>}
        {seen !== null && (
          <span className="count">
            , as seen at <Time at={seen.at} beside="now" />
          </span>
        )}
      </h2>
      {silent !== null && (
        <Notice tone="warn">
          Nova has not answered since <Time at={silent.since} beside="now" />: {silent.why}.{' '}
          {seen === null ? 'What it has of this migration is not known.' : 'What is told of it here is from before.'}
        </Notice>
      )}
      {(seen?.differences ?? []).map(({ what, next }) => (
        <Notice key={what} tone="bad">
          <p>
            <b>{what}.</b>
          </p>
          <p>{next}.</p>
        </Notice>
      ))}
      {seen !== null && (
        <dl className="facts">
          <dt>record</dt>
          <dd>{recordWords(seen)}</dd>
          <dt>instance</dt>
          <dd>
            {instanceWords(seen)}
            {seen.instance !== null && (
              <>
                {' '}
                <span className="id">{seen.instance.id}</span>
              </>
            )}
          </dd>
          <dt>libvirt</dt>
          <dd>{libvirtWords(seen)}</dd>
          <dt>request</dt>
          <dd>{seen.requestId === null ? 'not known' : <span className="id">{seen.requestId}</span>}</dd>
        </dl>
      )}
    </section>
  )
}
