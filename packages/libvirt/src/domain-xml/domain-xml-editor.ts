import { LibvirtClientError } from '../errors.ts'
import { escapeAttribute, escapeText } from '../xml/escape.ts'
import { XmlEditor } from '../xml/xml-editor.ts'
import type { Xml } from '../xml/xml-element.ts'

/** Where a disk lies: a file, or a block device of the host. */
export type LocalDiskSource = { readonly file: string } | { readonly block: string }

/**
 * Changes a `<domain>` document and keeps what nobody here understands, to the byte. For a migration's destination XML start from
 * `getXMLDesc(MIGRATABLE | SECURE)`.
 *
 * @example
 * const xml = new DomainXmlEditor(await domain.getXMLDesc(DomainXmlFlag.MIGRATABLE | DomainXmlFlag.SECURE))
 *   .setDiskSource('vda', { file: '/mnt/there/disk.img' })
 *   .toString()
 */
export class DomainXmlEditor {
  /** For what has no method here. */
  readonly xml: XmlEditor

  /** Throws LIBVIRT_BAD_XML. */
  constructor(source: string) {
    this.xml = new XmlEditor(source, 'domain')
  }

  /** `name`, `title`, `description`, `uuid`, `vcpu`, ...: an element with text right below the domain; made when it is missing. */
  setText(element: string, text: string): this {
    const found = this.xml.root.find(element)
    if (found !== undefined) this.xml.setText(found, text)
    else this.xml.append(this.xml.root, `<${element}>${escapeText(text)}</${element}>`)
    return this
  }

  /** The most it may have and what it has now. */
  setMemory(memoryBytes: number, currentMemoryBytes: number = memoryBytes): this {
    for (const [element, bytes] of [
      ['memory', memoryBytes],
      ['currentMemory', currentMemoryBytes],
    ] as const) {
      if (!Number.isSafeInteger(bytes) || bytes <= 0) throw bad(`${bytes} is no amount of memory`)
      const found = this.xml.root.find(element)
      const text = String(Math.ceil(bytes / 1024))
      if (found === undefined) this.xml.append(this.xml.root, `<${element} unit='KiB'>${text}</${element}>`)
      else this.xml.setText(found, text).setAttribute(found, 'unit', 'KiB')
    }
    return this
  }

  /** The `<cpu>` element as a whole; undefined takes it away. */
  setCpu(cpuXml: string | undefined): this {
    return this.#setWhole(this.xml.root, this.xml.root.find('cpu'), cpuXml)
  }

  /** @param target The disk's name in the guest. Throws LIBVIRT_BAD_ARGUMENT when there is none. */
  setDiskSource(target: string, source: LocalDiskSource): this {
    const disk = this.#disk(target)
    const [type, attribute, path] =
      'file' in source ? (['file', 'file', source.file] as const) : (['block', 'dev', source.block] as const)
    const element = disk.find('source')
    if (element === undefined) {
      this.xml.append(disk, `<source ${attribute}='${escapeAttribute(path)}'/>`)
    } else {
      for (const other of ['file', 'dev', 'dir', 'protocol', 'name', 'pool', 'volume', 'mode', 'startupPolicy']) {
        if (element.attribute(other) !== undefined) this.xml.setAttribute(element, other, undefined)
      }
      // What belongs to a remote source is wrong for a local one.
      for (const child of [...element.children('host'), ...element.children('auth')]) this.xml.remove(child)
      this.xml.setAttribute(element, attribute, path)
    }
    this.xml.setAttribute(disk, 'type', type)
    return this
  }

  /** `none`, `writeback`, ...; undefined leaves it to the hypervisor. */
  setDiskCacheMode(target: string, cacheMode: string | undefined): this {
    const disk = this.#disk(target)
    const driver = disk.find('driver')
    if (driver !== undefined) this.xml.setAttribute(driver, 'cache', cacheMode)
    else if (cacheMode !== undefined) {
      this.xml.append(disk, `<driver name='qemu' cache='${escapeAttribute(cacheMode)}'/>`)
    }
    return this
  }

  /** Adds any device. */
  addDevice(deviceXml: string): this {
    const devices = this.xml.root.find('devices')
    if (devices === undefined) this.xml.append(this.xml.root, `<devices>${deviceXml}</devices>`)
    else this.xml.append(devices, deviceXml)
    return this
  }

  removeDisk(target: string): this {
    this.xml.remove(this.#disk(target))
    return this
  }

  /**
   * The metadata element of a namespace; undefined takes it away.
   * @param elementXml With its own namespace declaration: `<l:note xmlns:l='urn:example'>...</l:note>`
   */
  setMetadata(namespace: string, elementXml: string | undefined): this {
    const metadata = this.xml.root.find('metadata')
    if (metadata === undefined) {
      if (elementXml !== undefined) this.xml.append(this.xml.root, `<metadata>${elementXml}</metadata>`)
      return this
    }
    return this.#setWhole(
      metadata,
      metadata.children().find((element) => namespaceOf(element) === namespace),
      elementXml,
    )
  }

  toString(): string {
    return this.xml.toString()
  }

  #setWhole(parent: Xml, element: Xml | undefined, elementXml: string | undefined): this {
    if (element === undefined) {
      if (elementXml !== undefined) this.xml.append(parent, elementXml)
    } else if (elementXml === undefined) this.xml.remove(element)
    else this.xml.replace(element, elementXml)
    return this
  }

  #disk(target: string): Xml {
    const disks = this.xml.root.find('devices')?.children('disk') ?? []
    const disk = disks.find((one) => one.find('target')?.attribute('dev') === target)
    if (disk !== undefined) return disk
    const all = disks.map((one) => one.find('target')?.attribute('dev') ?? '?').join(', ')
    throw bad(`the domain has no disk '${target}' (it has: ${all || 'none'})`)
  }
}

/** The namespace that an element's own prefix declares on it. */
const namespaceOf = (element: Xml): string | undefined => {
  const [prefix, local] = element.name.split(':')
  return element.attribute(local === undefined ? 'xmlns' : `xmlns:${prefix ?? ''}`)
}

const bad = (message: string): LibvirtClientError => new LibvirtClientError('LIBVIRT_BAD_ARGUMENT', message)
